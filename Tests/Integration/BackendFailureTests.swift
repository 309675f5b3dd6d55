import Lab
import Testing

extension IntegrationTests {
    /// Endpoints that fail: what the client gets, and what it never notices.
    @Suite(.timeLimit(.minutes(2))) struct BackendFailures {
        private static let hasty = """
            listeners: [{ address: "127.0.0.1:PORT" }]
            defaults:
              timeouts: { response_head: 1s, connect: 1s, idle: 2s }
            """

        /// A way to fail and the status that tells of it.
        struct Failure: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let behavior: Behavior
            let status: Int
        }

        static let failures: [Failure] = [
            Failure(testDescription: "closes at once", behavior: .acceptThenClose, status: 502),
            Failure(testDescription: "resets at once", behavior: .acceptThenReset, status: 502),
            Failure(testDescription: "takes the request and closes", behavior: .closeAfterRequest, status: 502),
            Failure(testDescription: "sends half a head", behavior: .partialHead, status: 502),
            Failure(testDescription: "sends garbage", behavior: .garbage, status: 502),
            Failure(testDescription: "never answers", behavior: .stall, status: 504),
            Failure(
                testDescription: "sends length and chunked",
                behavior: .raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                status: 502),
            Failure(
                testDescription: "sends two lengths",
                behavior: .raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nHello!"), status: 502),
            Failure(
                testDescription: "sends NUL in a field",
                behavior: .raw("HTTP/1.1 200 OK\r\nX-A: a\u{0}b\r\nContent-Length: 0\r\n\r\n"), status: 502),
            Failure(
                testDescription: "sends an endless head",
                behavior: .raw("HTTP/1.1 200 OK\r\nX-A: \(String(repeating: "x", count: 100_000))\r\n\r\n"), status: 502
            ),
        ]

        @Test("the only endpoint fails: the client is told, in the edge's name", arguments: failures)
        func alone(failure: Failure) throws {
            let setting = try Setting(backend: try TestBackend("bad", failure.behavior), configuration: Self.hasty)
            let answer = try setting.client.get(host: "web-80.test")
            #expect(answer.status == failure.status)
            #expect(answer["Server"] == "portico")
            #expect(!answer.body.isEmpty)
        }

        @Test("the port refuses: 502 or 503 for a lone endpoint, in no time")
        func refusedAlone() throws {
            let backend = try TestBackend("gone")
            let setting = try Setting(backend: backend)
            backend.stop()
            let start = ContinuousClock.now
            let answer = try setting.client.get(host: "web-80.test")
            #expect([502, 503].contains(answer.status))
            #expect(ContinuousClock.now - start < .seconds(2))
        }

        @Test("a refusing endpoint among good ones is never seen by a client")
        func refusedAmongOthers() throws {
            let backends = try (0..<3).map { try TestBackend("b\($0)") }
            let setting = try Setting(services: ["web-80": backends])
            let load = LoadGenerator(
                port: setting.edge.port, hosts: ["web-80.test"], connections: 16, pause: .milliseconds(2))
            try load.wait(for: 500)
            backends[1].stop()
            try load.wait(for: 3_000)
            try backends[1].start()
            let before = backends[1].requestCount
            try backends[1].waitForRequests(before + 1, within: .seconds(60))
            let report = try load.stop()
            #expect(report.failureCount == 0, "\(report.failures)")
        }

        @Test("an endpoint that closes kept connections is never seen by a client")
        func closesKeptConnections() throws {
            let backend = try TestBackend(
                "web",
                .custom { name, _, stream in
                    try stream.socket.send(
                        "HTTP/1.1 200 OK\r\nX-Backend: \(name)\r\nContent-Length: \(name.utf8.count)\r\n\r\n\(name)")
                    return false
                })
            let setting = try Setting(backend: backend)
            let load = LoadGenerator(
                port: setting.edge.port, hosts: ["web-80.test"], connections: 16, pause: .milliseconds(1))
            try load.wait(for: 3_000)
            let report = try load.stop()
            #expect(report.failureCount == 0, "\(report.failures)")
        }

        @Test("a POST is not sent twice")
        func postOnce() throws {
            let backends = try (0..<2).map { try TestBackend("b\($0)", .closeAfterRequest) }
            let setting = try Setting(services: ["web-80": backends])
            #expect(try setting.client.get(host: "web-80.test", method: "POST", body: "pay").status == 502)
            #expect(backends.map(\.requestCount).reduce(0, +) == 1)
        }

        @Test("a GET is tried again elsewhere")
        func getElsewhere() throws {
            let (bad, good) = (try TestBackend("bad", .closeAfterRequest), try TestBackend("good"))
            let setting = try Setting(services: ["web-80": [bad, good]])
            for _ in 0..<6 { #expect(try setting.client.get(host: "web-80.test").text == "good") }
            #expect(bad.requestCount > 0, "the bad one was never tried, so this shows nothing")
        }

        @Test("a body that breaks off breaks the client's connection off too")
        func brokenBody() throws {
            let setting = try Setting(backend: try TestBackend("web", .closeMidBody))
            let bytes = try setting.client.exchangeToEnd(Array("GET / HTTP/1.1\r\nHost: web-80.test\r\n\r\n".utf8))
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.hasSuffix("0123456789") && text.contains("1000"), "\(text)")
        }

        @Test("octets after an answer do not become the next client's answer")
        func poisonedPool() throws {
            let backend = try TestBackend(
                "web",
                .raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
            )
            let setting = try Setting(backend: backend)
            for _ in 0..<10 { #expect(try setting.client.get(host: "web-80.test").text == "ok") }
        }
    }
}
