import Foundation
import Lab
import Testing

extension IntegrationTests {
    /// What the edge tells the endpoint of the client.
    @Suite(.timeLimit(.minutes(1))) struct Forwarding {
        private static let claims = [
            "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.test",
            "X-Forwarded-Port: 1", "X-Real-IP: 203.0.113.9", "X-Request-Id: mine",
        ]

        @Test("an untrusted client's claims are replaced by facts")
        func untrusted() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            _ = try setting.client.get(host: "web-80.test", fields: Self.claims)
            let seen = try backend.waitForRequests()
            #expect(seen.head.values("X-Forwarded-For") == ["127.0.0.1"])
            #expect(seen.head.values("X-Forwarded-Proto") == ["http"])
            #expect(seen.head.values("X-Forwarded-Host") == ["web-80.test"])
            #expect(seen.head.values("X-Forwarded-Port") == ["\(setting.edge.port)"])
            #expect(seen.head.values("X-Real-IP") == ["127.0.0.1"])
            let id = seen.head.values("X-Request-Id")
            #expect(id.count == 1 && id.first != "mine" && id.first?.isEmpty == false)
            #expect(seen["Host"] == "web-80.test")
        }

        @Test("a trusted proxy's claims are believed and added to")
        func trusted() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(
                backend: backend,
                configuration: """
                    listeners: [{ address: "127.0.0.1:PORT" }]
                    trusted_proxies: [127.0.0.0/8]
                    """)
            _ = try setting.client.get(host: "web-80.test", fields: Self.claims)
            let seen = try backend.waitForRequests()
            let chain = seen.head.values("X-Forwarded-For").joined(separator: ", ")
            #expect(chain.replacingOccurrences(of: " ", with: "") == "203.0.113.9,127.0.0.1")
            #expect(seen.head.values("X-Forwarded-Proto") == ["https"])
            #expect(seen.head.values("X-Request-Id") == ["mine"])
        }

        @Test("every request has an id of its own")
        func requestIds() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            for _ in 0..<100 { _ = try setting.client.get(host: "web-80.test") }
            let ids = backend.requests.compactMap { $0["X-Request-Id"] }
            #expect(ids.count == 100)
            #expect(Set(ids).count == 100)
        }

        @Test("target, fields and their order arrive octet for octet")
        func verbatim() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            let target = "/a%2Fb;c=d/e%20f?x=1&y=%C3%A9&&z#"
            _ = try setting.client.get(
                String(target.dropLast()), host: "web-80.test", fields: ["x-lower: 1", "X-Twice: a", "X-Twice: b"])
            let seen = try backend.waitForRequests()
            #expect(seen.target == String(target.dropLast()))
            #expect(seen.head.text.contains("\r\nx-lower: 1\r\n"))
            #expect(seen.head.values("X-Twice") == ["a", "b"])
        }
    }
}
