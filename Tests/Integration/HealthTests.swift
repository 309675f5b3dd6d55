import Lab
import Testing

extension IntegrationTests {
    /// Endpoints that are asked whether they are well, and those that answer badly, under load.
    @Suite(.timeLimit(.minutes(3))) struct Health {
        private static let configuration = """
            listeners: [{ address: "127.0.0.1:PORT" }]
            defaults:
              health: { interval: 50ms, timeout: 10s }
            services:
              web-80: { health: { path: /healthz, unhealthy: 2 } }
              bad-80: { outlier: { ejection: 1h } }
            """

        /// Says no to `/healthz` and serves everything else.
        private static let ill = Behavior.custom { _, request, stream in
            let isCheck = request.target == "/healthz"
            let text = isCheck ? "no" : "ill"
            try stream.socket.send(
                "HTTP/1.1 \(isCheck ? 503 : 200) Lab\r\nX-Backend: ill\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
            )
            return true
        }

        @Test("an endpoint that says it is ill gets nothing until it is well; no request fails")
        func check() throws {
            let (one, two) = (try TestBackend("one"), try TestBackend("two"))
            let setting = try Setting(services: ["web-80": [one, two]], configuration: Self.configuration)
            let load = LoadGenerator(
                port: setting.edge.port, hosts: ["web-80.test"], connections: 4, pause: .milliseconds(5))
            try load.wait(for: 20)
            two.behave(Self.ill)
            let line = try setting.edge.child.waitForLine("that it is down") { $0.contains("\(two.address) is down") }
            #expect(line.contains("GET /healthz: 503, expected 200-399"))
            // The others' word for it counts from now on.
            try load.wait(for: 20)
            let client = setting.client
            for _ in 0..<20 { #expect(try client.get(host: "web-80.test")["X-Backend"] == "one") }
            two.behave(.identity)
            try setting.edge.child.waitForLine("that it is up") { $0.contains("\(two.address) is up") }
            try setting.edge.waitForAnswer(200, host: "web-80.test", from: "two")
            let report = try load.stop()
            #expect(report.failureCount == 0, "\(report.firstFailures)")
        }

        @Test("an endpoint of the store says itself how it is checked")
        func attribute() throws {
            let backend = try TestBackend("one")
            let setting = try Setting(backend: backend)
            try setting.api.put(
                "services/shop-80/h1:c:80", "\(backend.address) health=/up health_interval=50ms health_unhealthy=1")
            try backend.waitForRequests(1)
            backend.stop()
            let line = try setting.edge.child.waitForLine("that it is down") { $0.contains("is down") }
            // A check under way is cut off, a later one refused: either is enough.
            #expect(line.contains("endpoint shop-80/\(backend.address) is down: "))
        }

        @Test("an endpoint that answers errors is out after five of them")
        func outlier() throws {
            let (good, bad) = (try TestBackend("good"), try TestBackend("bad", .status(500)))
            let setting = try Setting(services: ["bad-80": [good, bad]], configuration: Self.configuration)
            let client = setting.client
            var errors = 0
            for _ in 0..<40 where try client.get(host: "bad-80.test").status == 500 { errors += 1 }
            #expect(errors == 5)
            try setting.edge.child.waitForLine("that it is ejected") { $0.contains("bad-80/\(bad.address) is ejected") }
        }
    }
}
