import HTTP2
import Testing

@Suite struct ServerTests {
    private func connected(_ limits: HTTP2Limits = HTTP2Limits()) -> Peer {
        let server = Peer(server: limits)
        #expect(server.receive(RawFrame.hello) == .ok)
        _ = server.produce()
        #expect(server.takeSeen() == [Seen(kind: .settings, stream: -1)])
        return server
    }

    @Test func itsFirstFramesSayWhatItAllows() {
        let server = Peer()
        let frames = RawFrame.parse(server.produce())
        #expect(frames.map(\.type) == [4, 8])
        let settings = frames[0].payload
        var entries: [UInt16: UInt32] = [:]
        for start in stride(from: 0, to: settings.count, by: 6) {
            let id = UInt16(settings[start]) << 8 | UInt16(settings[start + 1])
            entries[id] = settings[(start + 2)..<(start + 6)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        #expect(entries == [1: 4096, 3: 100, 4: 256 << 10, 5: 16_384, 6: 32 << 10, 8: 1, 9: 1])
        #expect(frames[1] == .windowUpdate(0, UInt32((1 << 20) - 65_535)))
    }

    @Test func aRequestBecomesText() {
        let server = connected()
        let fields = get([
            ("accept", "*/*"), ("cookie", "a=1"), ("x-odd", ""), ("cookie", "b=2"), ("te", "trailers"),
        ])
        server.receive(RawFrame.headers(1, fields).bytes)
        let text =
            "GET / HTTP/1.1\r\nhost: example.com\r\naccept: */*\r\nx-odd: \r\nte: trailers\r\ncookie: a=1; b=2\r\n\r\n"
        #expect(
            server.takeSeen() == [Seen(kind: .request, stream: 0, text: text, count: text.utf8.count, endsStream: true)]
        )
        #expect(server.stream(0).id == 1)
    }

    @Test func aShortAnswerIsTwoFrames() {
        let server = connected()
        server.receive(RawFrame.headers(1, get()).bytes)
        server.respond(
            0, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n")
        server.append("ok", to: 0)
        server.engine.end(0)
        let frames = RawFrame.parse(server.produce())
        #expect(frames.map(\.type) == [1, 0])
        #expect(frames[0].flags == 4)
        #expect(frames[1] == .data(1, "ok", ends: true))
        #expect(server.takeSeen().last == Seen(kind: .closed, stream: 0))
        #expect(server.engine.streamCount == 1)
        server.engine.release(0)
        #expect(server.engine.streamCount == 0)
        #expect(!server.isDone)
    }

    @Test func anUnfinishedFieldSectionIsSeen() {
        let server = Peer()
        #expect(server.isReceivingFields, "the preface has not come")
        server.receive([UInt8](RawFrame.hello.dropLast(9)))
        server.receive(RawFrame.settings().bytes)
        #expect(!server.isReceivingFields)
        let block = RawFrame.block(get())
        server.receive(RawFrame(type: 1, flags: 1, stream: 1, payload: [UInt8](block[..<10])).bytes)
        #expect(server.isReceivingFields)
        var rest = RawFrame(type: 9, flags: 4, stream: 1, payload: [UInt8](block[10...])).bytes
        let last = rest.removeLast()
        server.receive(rest)
        #expect(server.isReceivingFields)
        server.receive([last])
        #expect(!server.isReceivingFields)
        #expect(server.takeSeen().map(\.kind) == [.settings, .request])
        server.receive([UInt8](RawFrame.ping.bytes.dropLast(3)))
        #expect(!server.isReceivingFields, "another frame may be cut without harm")
    }
}
