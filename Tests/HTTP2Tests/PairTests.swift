import HTTP2
import Reactor
import Testing

@Suite struct PairTests {
    @Test func aRequestAndItsAnswerPass() {
        let pair = Pair()
        let stream = pair.client.request(
            "POST /a?b=c HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\nContent-Length: 5\r\nX-Name: Value\r\n\r\n",
            ends: false)
        #expect(stream >= 0)
        pair.client.append("hello", to: stream)
        pair.client.engine.end(stream)
        pair.settle()
        let seen = pair.server.takeSeen()
        #expect(seen.map(\.kind) == [.request, .data])
        #expect(
            seen[0].text == "POST /a?b=c HTTP/1.1\r\nhost: example.com\r\ncontent-length: 5\r\nx-name: Value\r\n\r\n")
        #expect(seen[1].endsStream)
        #expect(pair.server.bodies[0] == [UInt8]("hello".utf8))
        pair.server.respond(0, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
        pair.server.respond(0, "HTTP/1.1 200 OK\r\nServer: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        pair.server.append("body", to: 0)
        pair.server.end(0, trailers: "Grpc-Status: 0\r\n\r\n")
        pair.settle()
        let answer = pair.client.takeSeen()
        #expect(answer.map(\.kind) == [.response, .response, .data, .trailers, .closed])
        #expect(answer[0].text == "HTTP/1.1 103 \r\nlink: </a.css>\r\n\r\n")
        #expect(answer[0].code == 103)
        #expect(answer[1].text == "HTTP/1.1 200 \r\nserver: x\r\n\r\n")
        #expect(answer[3].text == "grpc-status: 0\r\n\r\n")
        #expect(pair.client.bodies[stream] == [UInt8]("body".utf8))
    }

    private func pattern(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    @Test func bodiesLargerThanTheWindowsWaitForTheOtherSide() {
        let pair = Pair()
        let body = pattern(3 << 20)
        pair.server.consumes = false
        let stream = pair.client.request("POST / HTTP/1.1\r\nHost: a\r\n\r\n", ends: false)
        pair.client.append(body, to: stream)
        pair.client.engine.end(stream)
        pair.settle()
        #expect(pair.server.bodies[0]?.count == 256 << 10, "the stream's window, and no more")
        #expect(pair.server.stream(0).unconsumed == 256 << 10)
        #expect(pair.client.isStalled(stream))
        while pair.server.stream(0).unconsumed > 0 {
            pair.server.engine.consume(100_000, of: 0)
            pair.settle()
            #expect(pair.server.stream(0).unconsumed <= 256 << 10)
        }
        #expect(pair.server.bodies[0] == body)
        #expect(pair.server.takeSeen().last?.endsStream == true)
        #expect(!pair.client.isStalled(stream))

        pair.client.consumes = false
        pair.server.respond(0, "HTTP/1.1 200 OK\r\n\r\n")
        pair.server.append(body, to: 0)
        pair.settle()
        #expect(pair.client.bodies[stream]?.count == 256 << 10)
        #expect(pair.server.isStalled(0))
        pair.server.engine.end(0)
        while pair.client.stream(stream).unconsumed > 0 {
            pair.client.engine.consume(100_000, of: stream)
            pair.settle()
        }
        #expect(pair.client.bodies[stream] == body)
        #expect(pair.client.takeSeen().last?.kind == .closed)
        #expect(pair.server.stream(0).sentBytes == UInt64(body.count))
    }

    @Test func aStreamThatIsNotReadDoesNotHoldUpTheOthers() {
        let pair = Pair()
        pair.server.consumes = false
        let slow = (0..<3).map { _ in pair.client.request("POST /slow HTTP/1.1\r\nHost: a\r\n\r\n", ends: false) }
        for stream in slow { pair.client.append(pattern(1 << 20), to: stream) }
        pair.settle()
        let fast = pair.client.request("POST /fast HTTP/1.1\r\nHost: a\r\n\r\n", ends: false)
        pair.client.append("quick", to: fast)
        pair.client.engine.end(fast)
        pair.settle()
        #expect(pair.server.bodies[3] == [UInt8]("quick".utf8))
        // What is thrown away is credited to the connection.
        for stream in 0..<3 as Range<Int32> {
            pair.server.engine.reset(stream, code: HTTP2ErrorCode.cancel)
            pair.server.engine.release(stream)
        }
        pair.settle()
        pair.server.engine.consume(5, of: 3)
        let late = pair.client.request("POST /late HTTP/1.1\r\nHost: a\r\n\r\n", ends: false)
        for _ in 0..<8 {
            pair.client.append(pattern(128 << 10), to: late)
            pair.settle()
        }
        #expect(pair.client.takeSeen().filter { $0.kind == .reset }.map(\.code) == [8, 8, 8])
    }

    @Test func anOutputThatRanEmptyIsToldAndTheBodyGoesOn() {
        let pair = Pair()
        let stream = pair.client.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        pair.settle()
        _ = pair.server.takeSeen()
        pair.server.respond(0, "HTTP/1.1 200 OK\r\n\r\n")
        pair.settle()
        #expect(pair.client.takeSeen().map(\.kind) == [.response], "a head does not wait for the body")
        for round in 0..<5 {
            pair.server.append("part \(round);", to: 0)
            pair.settle()
            #expect(pair.server.takeSeen() == [Seen(kind: .drained, stream: 0)])
        }
        pair.server.engine.end(0)
        pair.settle()
        #expect(pair.client.bodies[stream] == [UInt8]("part 0;part 1;part 2;part 3;part 4;".utf8))
        #expect(pair.client.takeSeen().suffix(2).map(\.kind) == [.ended, .closed])
    }

    @Test func trailersWithoutABodyAndATrailersOnlyAnswerPass() {
        let pair = Pair()
        let first = pair.client.request("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
        let second = pair.client.request("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        pair.settle()
        pair.server.respond(0, "HTTP/1.1 200 OK\r\n\r\n")
        pair.server.end(0, trailers: "X-A: 1\r\nTransfer-Encoding: chunked\r\nX-B:2\r\n\r\n")
        pair.server.respond(1, "HTTP/1.1 200 OK\r\nGrpc-Status: 5\r\n\r\n", ends: true)
        pair.settle()
        let seen = pair.client.takeSeen()
        #expect(seen.filter { $0.stream == first }.map(\.kind) == [.response, .trailers, .closed])
        #expect(seen.first { $0.kind == .trailers }?.text == "x-a: 1\r\nx-b: 2\r\n\r\n")
        #expect(seen.filter { $0.stream == second }.map(\.kind) == [.response, .closed])
        #expect(seen.filter { $0.stream == second }[0].endsStream)
    }

    @Test func trailersOfARequestPass() {
        let pair = Pair()
        let stream = pair.client.request("POST / HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n\r\n", ends: false)
        pair.client.append("x", to: stream)
        pair.client.end(stream, trailers: "X-Sum: 9\r\n")
        pair.settle()
        let seen = pair.server.takeSeen()
        #expect(seen.map(\.kind) == [.request, .data, .trailers])
        #expect(seen[0].text.contains("te: trailers\r\n"))
        #expect(seen[2].text == "x-sum: 9\r\n\r\n")
        #expect(seen[2].endsStream)
    }

    @Test func eitherSideMayResetAStream() {
        let pair = Pair()
        let first = pair.client.request("POST / HTTP/1.1\r\nHost: a\r\n\r\n", ends: false)
        let second = pair.client.request("POST / HTTP/1.1\r\nHost: a\r\n\r\n", ends: false)
        pair.settle()
        pair.client.engine.reset(first, code: HTTP2ErrorCode.cancel)
        pair.server.respond(1, "HTTP/1.1 200 OK\r\n\r\n")
        pair.server.append("x", to: 1)
        pair.server.engine.reset(1, code: HTTP2ErrorCode.internalError)
        pair.settle()
        #expect(pair.server.takeSeen().filter { $0.kind == .reset }.map(\.code) == [8, 2])
        #expect(pair.client.takeSeen().filter { $0.kind == .reset }.map(\.code).sorted() == [2, 8])
        // All that is said on a stream that is gone is passed over.
        pair.server.respond(0, "HTTP/1.1 200 OK\r\n\r\n", ends: true)
        pair.server.append("x", to: 0)
        pair.server.engine.end(0)
        pair.server.engine.consume(3, of: 0)
        pair.server.engine.reset(0, code: 0)
        for stream in [first, second] { pair.client.engine.release(stream) }
        for stream in [0, 1] as [Int32] { pair.server.engine.release(stream) }
        #expect(pair.client.engine.streamCount == 0)
        #expect(pair.server.engine.streamCount == 0)
        #expect(pair.server.counters.resetsReceived == 1)
        #expect(pair.server.counters.resetsSent == 1)
    }

    @Test func anEarlyAnswerEndsTheRequestWithoutAnError() {
        let pair = Pair()
        _ = pair.client.request("POST / HTTP/1.1\r\nHost: a\r\n\r\n", ends: false)
        pair.settle()
        pair.server.respond(0, "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n")
        pair.server.append("no", to: 0)
        pair.server.engine.end(0)
        pair.server.engine.release(0)
        pair.settle()
        let seen = pair.client.takeSeen()
        #expect(seen.map(\.kind) == [.response, .data, .reset])
        #expect(seen[1].endsStream)
        #expect(seen[2].code == HTTP2ErrorCode.noError)
        #expect(pair.server.engine.streamCount == 0)
    }

    @Test func whatItsOwnerHasLeftUnfinishedIsReset() {
        let pair = Pair()
        let stream = pair.client.request("POST / HTTP/1.1\r\nHost: a\r\n\r\n", ends: false)
        let other = pair.client.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        pair.settle()
        pair.server.engine.release(0)
        pair.client.engine.release(other)
        pair.settle()
        #expect(pair.client.takeSeen() == [Seen(kind: .reset, stream: stream, code: HTTP2ErrorCode.internalError)])
        #expect(pair.server.takeSeen().last == Seen(kind: .reset, stream: 1, code: HTTP2ErrorCode.cancel))
        #expect(pair.client.engine.streamCount == 1)
    }

    @Test func manyStreamsRunAtOnceAndNoMoreThanAllowed() {
        let pair = Pair()
        var streams: [Int32] = []
        while pair.client.canRequest {
            let stream = pair.client.request("GET /\(streams.count) HTTP/1.1\r\nHost: a\r\n\r\n")
            streams.append(stream)
        }
        #expect(streams.count == 100)
        #expect(pair.client.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n") == -1)
        pair.settle()
        let requests = pair.server.takeSeen()
        #expect(requests.count == 100)
        for (number, request) in requests.enumerated() {
            #expect(request.text.hasPrefix("GET /\(number) HTTP/1.1"))
            pair.server.respond(request.stream, "HTTP/1.1 200 OK\r\n\r\n")
            pair.server.append(pattern(20_000 + number), to: request.stream)
            pair.server.engine.end(request.stream)
            pair.server.engine.release(request.stream)
        }
        pair.settle()
        for (number, stream) in streams.enumerated() {
            #expect(pair.client.bodies[stream] == pattern(20_000 + number))
            pair.client.engine.release(stream)
        }
        #expect(pair.client.engine.streamCount == 0)
        #expect(pair.server.engine.streamCount == 0)
        #expect(pair.client.canRequest)
        #expect(pair.server.counters.streamsOpened == 100)
    }

    @Test func requestsBeforeTheSettingsPass() {
        let server = Peer()
        let client = Peer(client: HTTP2Limits())
        let stream = client.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(stream >= 0)
        server.receive(client.produce())
        #expect(server.takeSeen().map(\.kind) == [.settings, .request])
        server.respond(0, "HTTP/1.1 204 No Content\r\n\r\n", ends: true)
        client.receive(server.produce())
        #expect(client.takeSeen().map(\.kind) == [.settings, .response, .closed])
    }

    @Test func aGracefulEndLosesNothing() {
        let pair = Pair()
        let stream = pair.client.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        pair.settle()
        pair.server.engine.shutdownNotice(pair.server.session)
        pair.settle()
        #expect(pair.client.takeSeen() == [Seen(kind: .goAway, stream: -1)])
        #expect(!pair.client.canRequest)
        #expect(!pair.server.isDone)
        pair.server.respond(0, "HTTP/1.1 200 OK\r\n\r\n")
        pair.server.append("late", to: 0)
        pair.server.engine.end(0)
        pair.settle()
        pair.server.engine.release(0)
        pair.settle()
        #expect(pair.client.bodies[stream] == [UInt8]("late".utf8))
        #expect(pair.server.isDone)
        #expect(pair.client.isDone)
    }

    @Test func requestsThatGoAwayLeftOutComeBackToBeTriedAgain() {
        let pair = Pair()
        _ = pair.client.request("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
        pair.settle()
        pair.server.engine.goAway(pair.server.session)
        let goodbye = pair.server.produce()
        let sent = pair.client.request("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n")
        pair.server.receive(pair.client.produce())
        #expect(pair.server.takeSeen().map(\.kind) == [.request], "what comes after GOAWAY is not looked at")
        let waiting = pair.client.request("GET /3 HTTP/1.1\r\nHost: a\r\n\r\n")
        pair.client.receive(goodbye)
        _ = pair.client.produce()
        let seen = pair.client.takeSeen()
        #expect(seen.map(\.kind) == [.goAway, .reset, .reset])
        #expect(seen.dropFirst().map(\.stream) == [sent, waiting])
        #expect(seen.dropFirst().allSatisfy { $0.code == HTTP2ErrorCode.refusedStream })
        #expect(pair.client.peerLastStreamID == 1)
    }

    @Test func aRequestThatWaitsForRoomCanBeCancelled() {
        var limits = HTTP2Limits()
        limits.maxConcurrentStreams = 1
        let server = Peer(server: limits)
        let client = Peer(client: HTTP2Limits())
        let first = client.request("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n")
        client.receive(server.produce())
        let second = client.canRequest
        #expect(!second, "the settings said one")
        server.receive(client.produce())
        client.engine.reset(first, code: HTTP2ErrorCode.cancel)
        server.receive(client.produce())
        #expect(server.takeSeen().map(\.kind) == [.settings, .request, .reset])
        client.engine.release(first)
        #expect(client.canRequest)
    }

    @Test func aClientTakesNo101AndNoTrailersWithoutAnEnd() {
        for (block, name) in [
            (RawFrame.headers(1, [(":status", "101")], ends: false), "101"),
            (RawFrame.headers(1, [("server", "x")], ends: true), "no status"),
            (RawFrame.headers(1, [(":status", "200"), ("connection", "close")], ends: true), "connection"),
            (RawFrame.headers(1, [(":status", "200"), ("content-length", "3")], ends: true), "length without a body"),
            (RawFrame.data(1, "x"), "no head"),
        ] {
            let client = Peer(client: HTTP2Limits())
            _ = client.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = client.produce()
            client.receive(RawFrame.settings().bytes)
            client.receive(block.bytes)
            let frames = RawFrame.parse(client.produce()).filter { $0.type == 3 || $0.type == 7 }
            #expect(frames.first?.code == HTTP2ErrorCode.protocolError, "\(name)")
            #expect(!client.takeSeen().contains { $0.kind == .response || $0.kind == .data }, "\(name)")
        }
    }

    @Test func closingASessionFreesItsStreams() {
        let pair = Pair()
        for _ in 0..<10 { _ = pair.client.request("POST / HTTP/1.1\r\nHost: a\r\n\r\n", ends: false) }
        pair.settle()
        pair.server.respond(0, "HTTP/1.1 200 OK\r\n\r\n")
        pair.server.append(pattern(1 << 20), to: 0)
        _ = pair.server.produceOnce()
        pair.server.engine.close(pair.server.session)
        #expect(pair.server.engine.streamCount == 0)
        #expect(pair.server.engine.sessionCount == 0)
    }
}
