import Lab
import Testing

extension IntegrationTests {
    /// Clients of HTTP/2 that take their time are bounded, and hold no endpoint.
    @Suite(.timeLimit(.minutes(2))) struct HTTP2SlowClients {
        @Test(
            "who stalls for half a minute is ended: by shut windows, by not reading, inside a body; in bounded memory")
        func stalls() throws {
            let (shut, large) = (
                try TestBackend("shut", .generate(4 << 20)), try TestBackend("large", .generate(64 << 20))
            )
            let (echo, calm) = (try TestBackend("echo", .echo), try TestBackend("calm"))
            let setting = try Setting(
                services: ["shut-80": [shut], "large-80": [large], "echo-80": [echo], "calm-80": [calm]],
                configuration: HTTP2Attack.configuration)
            let (port, child) = (setting.edge.port, try setting.edge.child)
            let before = try ProcessFigures.resident(child.id)
            let closed = try HTTP2RawClient(port: port, settings: [(.initialWindowSize, 0)])
            for _ in 0..<50 { _ = try closed.request(.request(host: "shut-80.test")) }
            let deaf = try HTTP2RawClient(
                port: port, settings: [(.initialWindowSize, 0x7fff_ffff)], receiveBuffer: 4_096)
            try deaf.send(.windowUpdate(0, by: 0x7fff_0000))
            for _ in 0..<10 { _ = try deaf.request(.request(host: "large-80.test")) }
            let slow = try HTTP2RawClient(port: port)
            let stream = slow.newStream()
            let length = HTTP2Field("content-length", "1000")
            try slow.send(
                .headers(stream, .request("POST", host: "echo-80.test", length), end: false), .data(stream, "begin"))
            try shut.waitForRequests(50)
            try large.waitForRequests(10)
            try echo.waitForConnection()

            #expect(try slow.get(host: "calm-80.test").text == "calm", "other streams of the connection live")
            let end = Deadline.after(.seconds(45))
            try slow.wait(by: end, until: "end of the stream") { event in
                switch event {
                case .reset(stream, _)?: return true
                case .headers(stream, let fields, _)?:
                    #expect(fields[":status"] == "408")
                    return true
                default: return nil
                }
            }
            #expect(try slow.get(host: "calm-80.test").text == "calm", "and go on living")
            for backend in [echo, shut, large] {
                try backend.waitForConnections(within: .seconds(15)) { $0 == 0 }
            }
            #expect(echo.requestCount == 0)
            let grown = try ProcessFigures.peakResident(child.id) - before
            #expect(grown < HTTP2Attack.memoryLimit, "the edge grew by \(grown) octets")
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
