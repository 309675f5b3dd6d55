import Lab
import Testing

extension IntegrationTests {
    /// Clients that take their time, or send without end, are bounded.
    @Suite(.timeLimit(.minutes(2))) struct SlowClients {
        private static let hasty = """
            listeners: [{ address: "127.0.0.1:PORT" }]
            defaults:
              timeouts: { request_head: 1s, idle: 2s, response_head: 2s, connect: 1s }
            """

        @Test("a head that comes octet by octet is ended at its total time, with 408")
        func slowHead() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend, configuration: Self.hasty)
            let stream = try setting.client.connect()
            let start = ContinuousClock.now
            let head = Array(
                "GET / HTTP/1.1\r\nHost: web-80.test\r\nX-Slow: \(String(repeating: "x", count: 500))".utf8)
            for octet in head {
                if stream.socket.isReadable(by: .after(.milliseconds(20))) { break }
                try stream.socket.send([octet])
            }
            let answer = try stream.answer(by: .after(.seconds(5)))
            #expect(answer.status == 408)
            #expect(stream.socket.waitForEnd(by: .after(.seconds(5))))
            let taken = ContinuousClock.now - start
            #expect(taken >= .milliseconds(900) && taken < .seconds(4), "\(taken)")
            #expect(backend.requestCount == 0)
        }

        @Test("a connection that never says anything is closed when it has been idle")
        func silent() throws {
            let setting = try Setting(configuration: Self.hasty)
            let stream = try setting.client.connect()
            #expect(stream.socket.waitForEnd(by: .after(.seconds(8))))
        }

        @Test("a body that stops is ended, and the endpoint is not held")
        func stoppedBody() throws {
            let backend = try TestBackend("web", .echo)
            let setting = try Setting(backend: backend, configuration: Self.hasty)
            let stream = try setting.client.connect()
            try stream.socket.send("POST / HTTP/1.1\r\nHost: web-80.test\r\nContent-Length: 100000\r\n\r\nbegin")
            #expect(stream.socket.waitForEnd(by: .after(.seconds(40))))
            try backend.waitForConnections { $0 == 0 }
            #expect(backend.requestCount == 0)
        }

        @Test("endless fields end at the limit, with 431")
        func endlessHead() throws {
            let setting = try Setting(backend: try TestBackend("web"))
            let socket = try setting.client.connect().socket
            try socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\n")
            let line = "X-Endless: \(String(repeating: "e", count: 1_000))\r\n"
            var sent = 0
            while sent < 10 << 20, !socket.isReadable(by: .after(.zero)) {
                do { try socket.send(line) } catch { break }
                sent += line.utf8.count
            }
            let text = String(decoding: try socket.receiveToEnd(), as: UTF8.self)
            #expect(text.hasPrefix("HTTP/1.1 431 "), "\(text.prefix(100))")
            #expect(sent < 10 << 20)
        }

        @Test("an endless target ends at the limit, with 414")
        func endlessTarget() throws {
            let setting = try Setting(backend: try TestBackend("web"))
            let target = "/" + String(repeating: "a", count: 20_000)
            let bytes = try setting.client.exchangeToEnd(
                Array("GET \(target) HTTP/1.1\r\nHost: web-80.test\r\n\r\n".utf8))
            #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 414 "))
        }

        @Test("101 small fields are too many: 431")
        func manyFields() throws {
            let setting = try Setting(backend: try TestBackend("web"))
            let fields = (0..<120).map { "X-\($0): 1" }
            #expect(try setting.client.get(host: "web-80.test", fields: fields).status == 431)
            #expect(try setting.client.get(host: "web-80.test", fields: Array(fields.prefix(80))).status == 200)
        }

        @Test("half-open connections cost little and keep nobody out")
        func halfOpen() throws {
            let setting = try Setting(backend: try TestBackend("web"), configuration: Self.hasty)
            let before = try ProcessFigures.resident(setting.edge.child.id)
            var sockets: [Socket] = []
            for _ in 0..<2_000 {
                let socket = try setting.client.connect().socket
                try socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\nX-Half: ")
                sockets.append(socket)
            }
            #expect(try setting.client.get(host: "web-80.test").status == 200)
            let grown = try ProcessFigures.resident(setting.edge.child.id) - before
            #expect(grown < 64 << 20, "2,000 half heads hold \(grown) octets")
            let deadline = Deadline.after(.seconds(10))
            #expect(sockets.allSatisfy { $0.waitForEnd(by: deadline) }, "all are closed when their heads are late")
        }

        @Test("a client that sends its request and closes its half gets the whole answer")
        func halfClose() throws {
            let gate = Gate()
            let backend = try TestBackend("web", .identity(after: gate))
            let setting = try Setting(backend: backend)
            let stream = try setting.client.connect()
            try stream.socket.send("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n")
            stream.socket.finishSending()
            try backend.waitForRequests()
            gate.open()
            #expect(try stream.answer(by: .after(.seconds(5))).text == "web")
        }

        @Test("100,000 pipelined requests are answered in order, in bounded memory")
        func pipelining() throws {
            let backend = try TestBackend(
                "web",
                .custom { _, request, stream in
                    try stream.socket.send(
                        "HTTP/1.1 200 OK\r\nContent-Length: \(request.target.utf8.count)\r\n\r\n\(request.target)")
                    return true
                })
            let setting = try Setting(backend: backend)
            let count = 100_000
            var next = 0
            while next < count {
                // The edge may close after its limit of requests a connection; what it did not answer is sent again.
                let stream = try setting.client.connect()
                let first = next
                Task.detached { [socket = stream.socket] in
                    for start in stride(from: first, to: count, by: 500) {
                        let requests = (start..<min(start + 500, count)).map {
                            "GET /\($0) HTTP/1.1\r\nHost: web-80.test\r\n\r\n"
                        }
                        try socket.send(requests.joined(), by: .after(.seconds(60)))
                    }
                }
                do {
                    while next < count {
                        let answer = try stream.answer(by: .after(.seconds(20)))
                        guard answer.status == 200, answer.text == "/\(next)" else {
                            Issue.record("answer \(next): \(answer.status) \(answer.text)")
                            return
                        }
                        next += 1
                        if answer["Connection"]?.lowercased() == "close" { break }
                    }
                } catch let error as LabError where error.isReset && next > first {
                    // Who floods a connection past its end is reset in the end, and asks again for what was not answered.
                }
                stream.socket.close()
                guard next > first else { break }
            }
            #expect(next == count)
            #expect(try ProcessFigures.peakResident(setting.edge.child.id) < 64 << 20)
        }
    }
}
