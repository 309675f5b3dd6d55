import Gateway
import Routing
import Testing

@testable import Lab

/// Interim answers and what comes of an Upgrade.
@Suite(.apart) struct TunnelTests {
    private static let upgrade = get("/", "Connection: Upgrade", "Upgrade: echo")

    @Test func aContinueReachesTheClientBeforeItSendsItsBody() throws {
        let backend = try TestBackend("b", .continueThenEcho)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        for _ in 0..<2 {
            try stream.socket.send(
                "POST / HTTP/1.1\r\nHost: \(host)\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            #expect(try stream.head(by: .after(.seconds(10)))?.text == "HTTP/1.1 100 Continue\r\n\r\n")
            try stream.socket.send("hello")
            #expect(try stream.answer(by: .after(.seconds(10))).text == "hello")
        }
        #expect(backend.acceptedConnections == 1)
    }

    @Test func earlyHintsAreForwarded() throws {
        let backend = try TestBackend("b", .earlyHints)
        let edge = try Edge(.one([backend.address]))
        let octets = try edge.client.exchangeToEnd(Array(get("/", "Connection: close").utf8))
        #expect(
            undated(octets)
                == "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
                + "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Backend: b\r\nContent-Length: 1\r\n"
                + "Connection: close\r\n\r\nb")
    }

    @Test func anUpgradeMakesATunnel() throws {
        let backend = try TestBackend("b", .upgradeEcho)
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        // Octets right behind the request belong to the tunnel.
        try stream.socket.send(Self.upgrade + "early")
        let head = try #require(try stream.head(by: .after(.seconds(10))))
        #expect(head.text == "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
        #expect(try stream.take(5) == Array("early".utf8))
        for size in [1, 1000, 1 << 20] {
            let data = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let socket = stream.socket
            let sender = Background { try socket.send(data, by: .after(.seconds(30))) }
            #expect(try stream.take(size, by: .after(.seconds(30))) == data)
            try sender.result()
        }
        #expect(backend.requests.last?["Connection"] == "upgrade")
        #expect(backend.requests.last?["Upgrade"] == "echo")
        stream.socket.finishSending()
        #expect(try stream.hasEnded())
        try backend.waitForConnections { $0 == 0 }
    }

    @Test func dataRightBehindTheSwitchReachesTheClient() throws {
        let backend = try TestBackend(
            "b",
            .raw(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nwelcome",
                keepsAlive: false))
        let edge = try Edge(.one([backend.address]))
        let octets = try edge.client.connect()
        try octets.socket.send(Self.upgrade)
        _ = try octets.head(by: .after(.seconds(10)))
        #expect(try octets.take(7) == Array("welcome".utf8))
        #expect(try octets.hasEnded())
    }

    @Test func aTunnelMayBeHalfClosedByTheClient() throws {
        let got = Guarded<[UInt8]>([])
        let backend = try TestBackend(
            "b",
            Self.switching { stream in
                let all = try stream.rest()
                got.change { $0 = all }
                // The client's end was read; this side still speaks.
                try stream.socket.send("after your end")
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send(Self.upgrade)
        _ = try stream.head(by: .after(.seconds(10)))
        try stream.socket.send("all I say")
        stream.socket.finishSending()
        #expect(try stream.take(14) == Array("after your end".utf8))
        #expect(try stream.hasEnded())
        #expect(got.read { $0 } == Array("all I say".utf8))
    }

    @Test func aTunnelMayBeHalfClosedByTheEndpointWithMuchStillToCome() throws {
        let got = Guarded<Int?>(nil)
        let gate = Gate()
        let backend = try TestBackend(
            "b",
            Self.switching { stream in
                stream.socket.finishSending()
                gate.wait()
                let all = try stream.rest()
                got.change { $0 = all.count }
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send(Self.upgrade)
        _ = try stream.head(by: .after(.seconds(10)))
        #expect(try stream.hasEnded())
        // More than the edge and the kernel hold: much of it is unread when the client's end is there too.
        let socket = stream.socket
        let sender = Background {
            try socket.send([UInt8](repeating: 7, count: 3 << 20), by: .after(.seconds(30)))
            socket.finishSending()
        }
        Deadline.after(.milliseconds(200)).pass()
        gate.open()
        try sender.result()
        #expect(got.wait(until: .after(.seconds(20))) { $0 } == 3 << 20)
    }

    @Test func aResetOfEitherSideEndsATunnel() throws {
        let ended = Guarded(0)
        let backend = try TestBackend(
            "b",
            Self.switching { stream in
                _ = stream.socket.waitForEnd(by: .after(.seconds(10)))
                ended.change { $0 += 1 }
            })
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        try stream.socket.send(Self.upgrade)
        _ = try stream.head(by: .after(.seconds(10)))
        stream.socket.reset()
        #expect(ended.wait(until: .after(.seconds(10))) { $0 == 1 ? true : nil } == true)
        backend.behave(Self.switching { $0.socket.reset() })
        let second = try edge.client.connect()
        try second.socket.send(Self.upgrade)
        #expect(second.socket.waitForEnd(by: .after(.seconds(10))))
    }

    @Test func aRefusedUpgradeStaysHTTP() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(.one([backend.address]))
        let stream = try edge.client.connect()
        #expect(try stream.roundTrip(Self.upgrade).text == "b")
        #expect(try stream.roundTrip(get()).text == "b")
        #expect(backend.acceptedConnections == 1)
    }

    @Test func anUpgradeThatNobodyAskedForIsABadAnswer() throws {
        let backend = try TestBackend("b", .upgradeEcho)
        let edge = try Edge(.one([backend.address]))
        #expect(try edge.client.exchange(get()).status == 502)
    }

    @Test func anUpgradeToHTTP2IsNeverFollowed() throws {
        let backend = try TestBackend("b", .mirror)
        let edge = try Edge(.one([backend.address]))
        let answer = try edge.client.exchange(
            get("/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"))
        #expect(answer.status == 200)
        #expect(!answer.text.lowercased().contains("upgrade"))
        #expect(!answer.text.lowercased().contains("http2"))
    }

    @Test func aTunnelInWhichNothingMovesIsClosed() throws {
        let backend = try TestBackend("b", .upgradeEcho)
        let edge = try Edge(.one([backend.address], service: { $0.timeouts.tunnel = 300 }))
        let stream = try edge.client.connect()
        try stream.socket.send(Self.upgrade)
        _ = try stream.head(by: .after(.seconds(10)))
        let start = ContinuousClock.now
        #expect(try stream.hasEnded())
        #expect(ContinuousClock.now - start > .milliseconds(250))
    }

    /// Switches protocols and then does as `body` says.
    private static func switching(_ body: @escaping @Sendable (MessageStream) throws -> Void) -> Behavior {
        .custom { _, _, stream in
            try stream.socket.send(
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
            try body(stream)
            return false
        }
    }
}
