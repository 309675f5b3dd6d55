import Lab
import Testing

extension IntegrationTests {
    /// Clients of HTTP/2 that take their time are bounded, and hold no endpoint.
    @Suite(.timeLimit(.minutes(2))) struct HTTP2SlowClients {
        @Test("windows that stay shut end the requests when their time is over, in bounded memory")
        func shutWindows() throws {
            try HTTP2Attack.run(.generate(4 << 20)) { attack in
                let client = try attack.client([(.initialWindowSize, 0)])
                for _ in 0..<50 { _ = try client.request(HTTP2Attack.fields()) }
                try attack.backend.waitForRequests(50)
                try attack.backend.waitForConnections(within: .seconds(20)) { $0 == 0 }
                let next = try HTTP2RawClient(port: attack.setting.edge.port)
                #expect(try next.get(host: "calm-80.test").text == "calm")
            }
        }

        @Test("a client that reads nothing at all is closed when its time is over")
        func readsNothing() throws {
            try HTTP2Attack.run(.generate(64 << 20)) { attack in
                let client = try attack.client([(.initialWindowSize, 0x7fff_ffff)], receiveBuffer: 4_096)
                try client.send(.windowUpdate(0, by: 0x7fff_0000))
                for _ in 0..<10 { _ = try client.request(HTTP2Attack.fields()) }
                try attack.backend.waitForRequests(10)
                try attack.backend.waitForConnections(within: .seconds(20)) { $0 == 0 }
            }
        }

        @Test("a body that stops is ended, the endpoint is free, and the connection's other streams live")
        func stoppedBody() throws {
            try HTTP2Attack.run(.echo) { attack in
                let client = try attack.client()
                let stream = client.newStream()
                try client.send(
                    .headers(stream, HTTP2Attack.fields("POST", HTTP2Field("content-length", "1000")), end: false),
                    .data(stream, "begin"))
                try attack.backend.waitForConnection()
                try client.wait(by: .after(.seconds(20)), until: "end of the stream") { event in
                    switch event {
                    case .reset(stream, _)?: return true
                    case .headers(stream, let fields, _)?:
                        #expect(fields[":status"] == "408")
                        return true
                    default: return nil
                    }
                }
                try attack.backend.waitForConnections { $0 == 0 }
                #expect(attack.backend.requestCount == 0)
                #expect(try client.get(host: "calm-80.test").text == "calm")
            }
        }

        @Test("a head whose CONTINUATION never comes, a preface that stops, and silence end", arguments: [0, 1, 2, 3])
        func unfinished(kind: Int) throws {
            try HTTP2Attack.run { attack in
                let port = attack.setting.edge.port
                let client = try HTTP2RawClient(port: port, settings: kind < 2 ? [] : nil)
                switch kind {
                case 0: try client.send(.headers(1, HTTP2Attack.fields(), endHeaders: false))
                case 1: break
                case 2: try client.socket.send(Array(HTTP2RawClient.preface.dropLast(4)))
                default: try client.socket.send(HTTP2RawClient.preface + [0, 0, 6, 4, 0, 0])
                }
                #expect(client.socket.waitForEnd(by: .after(.seconds(10))))
                #expect(attack.backend.requestCount == 0)
            }
        }

        @Test("1,000 idle connections of HTTP/2 cost little, are told goodbye and closed")
        func idle() throws {
            try HTTP2Attack.run { attack in
                let clients = try (0..<1_000).map { _ in try attack.client() }
                let deadline = Deadline.after(.seconds(15))
                let codes = try clients.map { try $0.waitForEnd(by: deadline) }
                #expect(codes.allSatisfy { $0 == .noError }, "GOAWAY(NO_ERROR) comes first")
            }
        }
    }
}
