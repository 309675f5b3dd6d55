import Lab
import Testing

extension IntegrationTests {
    /// Who gets which request, and what a bad entry does to the others: nothing.
    @Suite(.timeLimit(.minutes(1))) struct Routing {
        @Test(
            "a malformed entry is left out alone",
            arguments: [
                ("services/web-80/h1:bad:80", "not an address"), ("services/web-80/h1:bad:80", ""),
                ("services/web-80/h1:bad:80", "127.0.0.1:99999"),
                ("services/web-80/h1:bad:80", "127.0.0.1:80 weight=many"),
                ("services/web-80/nocolons", "127.0.0.1:1"), ("services/", "127.0.0.1:1"),
                ("services/odd", "127.0.0.1:1"),
                ("services/web-80/h1:bad:80", "{\"address\": "), ("services/web-80/h1:bad:80", "\u{0}\u{1}\u{2}"),
                ("routes/bad", "{hosts: [\"~(\"], service: web-80}"), ("routes/bad", "hosts: [unclosed"),
                ("routes/bad", "{hosts: [x.test], service: web-80, surprise: 1}"), ("routes/bad", "{}"),
            ])
        func malformed(key: String, value: String) throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            try setting.api.put(key, value)
            try setting.settle()
            let answers = try (0..<6).map { _ in try setting.client.get(host: "web-80.test") }
            #expect(answers.allSatisfy { $0.status == 200 && $0.text == "web" }, "\(answers.map(\.status))")
        }

        @Test(
            "an unknown host is 404 whatever the table holds",
            arguments: ["nothing.test", "web-8.test", "eb-80.test", "web-80x.test", "127.0.0.1", "[::1]", "localhost"])
        func unknownHost(host: String) throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            let answer = try setting.client.get(host: host)
            #expect(answer.status == 404)
            #expect(answer["Server"] == "portico")
            #expect(backend.requestCount == 0)
        }

        @Test(
            "a host is found whatever its case, port and trailing dot",
            arguments: [
                "web-80.test", "WEB-80.Test", "web-80.test:8080", "web-80.test.", "web-80", "web-80.example.com",
            ])
        func hostForms(host: String) throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            #expect(try setting.client.get(host: host).text == "web")
        }

        @Test("a service without endpoints is 503 with Retry-After, and the others work")
        func noEndpoint() throws {
            let backend = try TestBackend("web")
            let setting = try Setting(backend: backend)
            try setting.api.put("routes/empty", #"{"hosts": ["empty.test"], "service": "empty-80"}"#)
            try setting.settle()
            let answer = try setting.client.get(host: "empty.test")
            #expect(answer.status == 503)
            #expect(answer["Retry-After"] != nil)
            #expect(try setting.client.get(host: "web-80.test").status == 200)
        }

        @Test("paths, the longest first, and one host's routes are not another's")
        func paths() throws {
            let (web, api) = (try TestBackend("web"), try TestBackend("api"))
            let setting = try Setting(services: ["web-80": [web], "api-80": [api]])
            try setting.api.put("routes/shop", #"{"hosts": ["shop.test", "*.shop.test"], "service": "web-80"}"#)
            try setting.api.put(
                "routes/shop-api", #"{"hosts": ["shop.test"], "paths": ["/api/"], "service": "api-80"}"#)
            try setting.settle()
            #expect(try setting.client.get("/", host: "shop.test").text == "web")
            #expect(try setting.client.get("/api/x", host: "shop.test").text == "api")
            #expect(try setting.client.get("/apix", host: "shop.test").text == "web")
            #expect(try setting.client.get("/api/x", host: "a.shop.test").text == "web")
            #expect(try setting.client.get("/api/../x", host: "shop.test").text == "web")
        }
    }
}
