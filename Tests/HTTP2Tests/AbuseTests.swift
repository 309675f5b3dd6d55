import HTTP2
import Testing

/// Each limit on what a client may do, passed by one: the connection ends with ENHANCE_YOUR_CALM, and a counter says why.
@Suite struct AbuseTests {
    private func expectCalm(_ server: Peer, _ closure: HTTP2Closure) {
        let last = RawFrame.parse(server.produce()).last
        #expect(last?.type == 7)
        #expect(last?.code == HTTP2ErrorCode.enhanceYourCalm)
        #expect(server.closure == closure)
        #expect(server.counters[closure] == 1)
        #expect(server.isDone)
        #expect(server.receive(RawFrame.ping.bytes) == .close(closure))
        server.engine.close(server.session)
        #expect(server.engine.streamCount == 0)
    }

    /// Sends frames until the server has enough of them; returns how many it took.
    private func send(_ server: Peer, atMost limit: Int, _ frame: (Int) -> [UInt8]) -> Int {
        for number in 0..<limit where server.receive(frame(number)) != .ok { return number }
        return limit
    }

    @Test func rapidResetEndsTheConnection() {
        let server = connectedServer()
        let taken = send(server, atMost: 1_000) { number in
            let id = UInt32(2 * number + 1)
            return RawFrame.headers(id, get()).bytes + RawFrame.reset(id).bytes
        }
        #expect(taken == 400)
        #expect(server.counters.resetsReceived == 401)
        #expect(server.engine.streamCount == 100, "streams that were reset hold their places until they are released")
        #expect(server.counters.streamsRefused > 0)
        expectCalm(server, .rapidReset)
    }

    @Test func resetsAtAModerateRateAreFine() {
        let server = connectedServer()
        for number in 0..<2_000 {
            let id = UInt32(2 * number + 1)
            #expect(server.receive(RawFrame.headers(id, get()).bytes + RawFrame.reset(id).bytes) == .ok)
            for event in server.takeSeen() where event.kind == .reset { server.engine.release(event.stream) }
            server.now += 5_000_000
        }
        #expect(server.counters.streamsRefused == 0)
    }

    @Test func provokedResetsCountAsResets() {
        let server = connectedServer()
        var outcome: HTTP2Outcome = .ok
        var rounds = 0
        while outcome == .ok, rounds < 1_000 {
            let id = UInt32(2 * rounds + 1)
            // A message that is malformed after its head was good: work was begun for nothing.
            outcome = server.receive(
                RawFrame.headers(id, get([(":method", "POST"), ("content-length", "1")]), ends: false).bytes
                    + RawFrame.data(id, "too long").bytes)
            if outcome == .ok {
                let frames = RawFrame.parse(server.produce())
                if frames.contains(where: { $0.type == 7 }) { break }
            }
            for event in server.takeSeen() where event.kind == .reset { server.engine.release(event.stream) }
            rounds += 1
        }
        #expect(rounds == 400)
        #expect(server.closure == .rapidReset)
        #expect(server.counters[.rapidReset] == 1)
        #expect(server.isDone)
    }

    @Test func aContinuationFloodEndsTheConnection() {
        let server = connectedServer()
        server.receive(RawFrame(type: 1, flags: 1, stream: 1, payload: RawFrame.block(get())).bytes)
        let taken = send(server, atMost: 100) { _ in RawFrame(type: 9, flags: 0, stream: 1).bytes }
        #expect(taken == 8)
        expectCalm(server, .continuationFlood)
    }

    @Test func aSettingsFloodEndsTheConnection() {
        let server = connectedServer()
        let taken = send(server, atMost: 100) { _ in RawFrame.settings().bytes }
        #expect(taken == 19)
        expectCalm(server, .settingsFlood)
    }

    @Test func settingsWithTooManyEntriesEndTheConnection() {
        let server = connectedServer()
        server.receive(RawFrame.settings((0..<33).map { _ in (4, 65_535) }).bytes)
        expectCalm(server, .settingsFlood)
    }

    @Test func aPingFloodEndsTheConnection() {
        let server = connectedServer()
        let taken = send(server, atMost: 1_000) { _ in RawFrame.ping.bytes }
        #expect(taken == 200)
        expectCalm(server, .pingFlood)
    }

    @Test func pingsThatComeWithDataAreFine() {
        let server = connectedServer()
        server.receive(RawFrame.headers(1, get([(":method", "POST")]), ends: false).bytes)
        let taken = send(server, atMost: 2_000) { _ in
            _ = server.produce()
            return RawFrame.data(1, "x").bytes + RawFrame.ping.bytes
        }
        #expect(taken == 2_000)
    }

    /// Frames without use, and how many of them pass.
    static let glitches: [(String, Int, @Sendable (Int) -> [UInt8])] = [
        ("WINDOW_UPDATE of 1", 1_000, { _ in RawFrame.windowUpdate(0, 1).bytes }),
        ("PRIORITY", 1_000, { RawFrame.priority(UInt32(2 * $0 + 101)).bytes }),
        ("unknown types", 1_000, { _ in RawFrame(type: 0xbe).bytes }),
        ("DATA that is padding", 1_000, { _ in RawFrame(type: 0, flags: 8, stream: 1, payload: [2, 0, 0]).bytes }),
    ]

    @Test(arguments: glitches)
    func framesWithoutUseEndTheConnection(_ name: String, _ limit: Int, _ frame: @Sendable (Int) -> [UInt8]) {
        let server = connectedServer()
        server.receive(RawFrame.headers(1, get([(":method", "POST")]), ends: false).bytes)
        let taken = send(server, atMost: 5_000, frame)
        #expect(taken <= limit && taken >= limit - 3, "\(name): \(taken)")
        expectCalm(server, .glitches)
    }

    @Test func emptyDataEndsTheConnection() {
        let server = connectedServer()
        server.receive(RawFrame.headers(1, get([(":method", "POST")]), ends: false).bytes)
        let taken = send(server, atMost: 1_000) { _ in RawFrame.data(1, "").bytes }
        #expect((95...100).contains(taken))
        expectCalm(server, .glitches)
    }

    @Test func glitchesAreForgottenWithTime() {
        let server = connectedServer()
        for _ in 0..<5_000 {
            #expect(server.receive(RawFrame.windowUpdate(0, 1).bytes) == .ok)
            server.now += 10_000_000
        }
    }

    @Test func aCompressionBombEndsTheConnection() {
        let server = connectedServer()
        // One entry of nearly the whole table, and then an octet for each time that it is meant.
        let value = String(repeating: "v", count: 4_000)
        let entry = [0x40] + RawFrame.string("bomb") + RawFrame.string(value)
        server.receive(RawFrame(type: 1, flags: 5, stream: 1, payload: RawFrame.block(get()) + entry).bytes)
        #expect(server.takeSeen().map(\.kind) == [.request])
        let bomb = RawFrame.block(get()) + [UInt8](repeating: 0xbe, count: 16_000)
        let outcome = server.receive(RawFrame(type: 1, flags: 5, stream: 3, payload: bomb).bytes)
        #expect(outcome == .close(.headerListTooLarge))
        #expect(server.takeSeen() == [])
        expectCalm(server, .headerListTooLarge)
    }

    @Test func streamsBeyondTheLimitAreRefused() {
        let server = Peer()
        server.receive(RawFrame.hello)
        _ = server.produce()
        _ = server.takeSeen()
        // The limit is not acknowledged yet: the client may not know it.
        for number in 0..<120 { server.receive(RawFrame.headers(UInt32(2 * number + 1), get()).bytes) }
        #expect(server.takeSeen().count == 100)
        let resets = RawFrame.parse(server.produce()).filter { $0.type == 3 }
        #expect(resets.count == 20)
        #expect(resets.allSatisfy { $0.code == HTTP2ErrorCode.refusedStream })
    }

    @Test func aConnectionEndsGracefullyAfterItsStreams() {
        var limits = HTTP2Limits()
        limits.streamsPerConnection = 10
        limits.maxConcurrentStreams = 4
        let server = connectedServer(limits)
        var goodbyes: [RawFrame] = []
        var answered = 0
        for number in 0..<20 {
            server.receive(RawFrame.headers(UInt32(2 * number + 1), get()).bytes)
            for event in server.takeSeen() where event.kind == .request {
                server.respond(event.stream, "HTTP/1.1 204 No Content\r\n\r\n", ends: true)
                answered += 1
                goodbyes += RawFrame.parse(server.produce()).filter { $0.type == 7 }
                // The last one is still there, so that the connection does not end by being idle.
                if number > 0 { server.engine.release(event.stream) }
            }
        }
        #expect(goodbyes.count == 2)
        #expect(goodbyes.first?.payload == RawFrame.word(0x7fff_ffff) + RawFrame.word(0))
        #expect(goodbyes.last?.payload == RawFrame.word(27) + RawFrame.word(0))
        #expect(answered == 14)
        server.engine.release(0)
        #expect(server.isDone)
        #expect(server.closure == nil)
    }

    @Test func moreThanTheWindowIsAFlowControlError() {
        let server = connectedServer()
        server.consumes = false
        server.receive(RawFrame.headers(1, get([(":method", "POST")]), ends: false).bytes)
        let payload = String(repeating: "x", count: 16_384)
        for _ in 0..<16 { server.receive(RawFrame.data(1, payload).bytes) }
        #expect(server.stream(0).unconsumed == 256 << 10)
        server.receive(RawFrame.data(1, "x").bytes)
        let frames = RawFrame.parse(server.produce())
        #expect(frames.contains { $0.code == HTTP2ErrorCode.flowControlError })
    }

    @Test func aFrameForAStreamThatTheClientHasEndedEndsTheConnection() {
        for frame in [RawFrame.data(1, "x"), RawFrame.headers(1, get())] {
            for isReset in [false, true] {
                let server = connectedServer()
                server.receive(RawFrame.headers(1, get(), ends: !isReset).bytes)
                if isReset {
                    server.receive(RawFrame.reset(1).bytes)
                } else {
                    server.respond(0, "HTTP/1.1 204 No Content\r\n\r\n", ends: true)
                    _ = server.produce()
                }
                #expect(server.receive(frame.bytes) == .close(.protocolError))
                #expect(RawFrame.parse(server.produce()).last?.code == HTTP2ErrorCode.streamClosed)
            }
        }
    }

    @Test func framesForAStreamThatWeHaveResetArePassedOver() {
        let server = connectedServer()
        server.receive(RawFrame.headers(1, get([(":method", "POST")]), ends: false).bytes)
        server.engine.reset(0, code: HTTP2ErrorCode.cancel)
        _ = server.produce()
        #expect(server.receive(RawFrame.data(1, "x").bytes + RawFrame.headers(1, [("a", "b")]).bytes) == .ok)
        #expect(!server.isDone)
    }
}
