import Logging
import HTTPTypes
import Lab
import Testing

@testable import Admin
@testable import Control

/// The API's answers against its own description, and what is refused.
@Suite(.timeLimit(.minutes(3))) struct ApiTests {
    private static let entries = [
        "services/web-80/h:a:80": "10.0.0.1:80 weight=3 zone=east", "services/web-80/h:b:80": "10.0.0.2:80 backup",
        "services/web-80/h:c:80": "rubbish", "services/api-80/h:d:80": "[2001:db8::1]:80 drain",
        "routes/shop": "hosts: [shop.example]\npaths: [/a]\nheaders: {X-A: b}\nservices: {web-80: 9, api-80: 1}",
        "routes/old": "hosts: [old.example]\nredirect: { to: \"https://new.example$request_uri\", status: 308 }",
    ]

    @Test func `every answer is as the document describes it`() async throws {
        try await ObservedEdge.with(Self.entries) { edge async throws in
            _ = try await edge.request(host: "nobody.example")
            #expect(try await edge.put("/api/v1/endpoints/web-80/10.0.0.1:80/disable").status == 200)
            #expect(try await edge.put("/api/v1/endpoints/web-80/10.0.0.2:80/weight?value=7").status == 200)
            let document = try await edge.json("/api/v1/openapi.json")
            let schema = Schema(document: document)
            for (path, operations) in document["paths"].members {
                for (method, operation) in operations.members {
                    let target = Self.target(path)
                    if path == "/api/v1/stream" { continue }
                    let answer = try await edge.ask(
                        method.uppercased(),
                        target + (method == "put" && path.hasSuffix("log-level") ? "?value=info" : ""),
                        fields: ["X-Requested-With: test"])
                    #expect(answer.status == 200, "\(method) \(target): \(answer.text)")
                    #expect(answer["Cache-Control"] == "no-store")
                    let content = operation["responses"]["200"]["content"].members
                    let (type, described) = try #require(
                        content.first { answer["Content-Type"]?.hasPrefix($0.key) == true }, "\(method) \(target)")
                    guard type == "application/json" else { continue }
                    let faults = schema.faults(try JSONDocument(answer.body), by: described["schema"], at: path)
                    #expect(faults == [], "\(method) \(target)")
                }
            }
        }
    }

    /// A path of the document with something in place of its parameters.
    private static func target(_ path: String) -> String {
        let filled = path.replacing("{service}", with: "web-80").replacing("{address}", with: "10.0.0.2:80")
        if path.hasSuffix("/weight") { return filled + "?value=5" }
        return path.hasSuffix("/explain") ? filled + "?url=http://shop.example/a" : filled
    }

    @Test func `the document and the table of paths say the same`() async throws {
        let document = try JSONDocument(Array(OpenAPIDocument.text.utf8))
        for (path, operations) in document["paths"].members {
            let endpoint = try #require(AdminEndpoint(path: Substring(Self.target(path).prefix { $0 != "?" })))
            let methods = Set(endpoint.methods.map { $0.rawValue.lowercased() }).subtracting(["head"])
            #expect(methods == Set(operations.members.keys), "\(path)")
            for operation in operations.members.values {
                let named = operation["parameters"].elements.filter { $0["in"].text == "query" }
                    .compactMap { $0["name"].text }
                #expect(Set(named).isSubset(of: endpoint.parameters), "\(path)")
                for response in operation["responses"].members.values where response["$ref"].text != nil {
                    let target = Schema(document: document).resolve(response["$ref"].text ?? "")
                    #expect(target["description"].text != nil, "\(path)")
                }
            }
        }
        #expect(document["paths"].members.count == 20)
    }

    @Test(arguments: [
        ("GET", "/api/v1/nothing", 404), ("GET", "/page/", 404), ("PUT", "/", 405), ("POST", "/metrics", 405),
        ("PUT", "/api/v1/info", 405),
        ("GET", "/api/v1/endpoints/web-80/10.0.0.1:80/drain", 405),
        ("GET", "/api/v1/endpoints?sevice=web-80", 400), ("GET", "/api/v1/events?after=x", 400),
        ("GET", "/api/v1/events?limit=1001", 400), ("GET", "/api/v1/events?after=1&after=2", 400),
        ("GET", "/api/v1/routes?name=%zz", 400), ("GET", "/api/v1/log-level?value=info", 400),
        ("PUT", "/api/v1/endpoints/web-80/10.0.0.9:80/drain", 404),
        ("PUT", "/api/v1/endpoints/other-80/10.0.0.1:80/drain", 404),
        ("PUT", "/api/v1/endpoints/web-80/10.0.0.1:80/weight", 400),
        ("PUT", "/api/v1/endpoints/web-80/10.0.0.1:80/weight?value=65536", 400),
        ("PUT", "/api/v1/endpoints/web-80/10.0.0.1:80/weight?value=-1", 400),
        ("PUT", "/api/v1/endpoints/api-80/[2001:db8::1]:80/enable", 409),
        ("GET", "/api/v1/explain", 400), ("GET", "/api/v1/explain?url=ftp://x", 400),
        ("GET", "/api/v1/explain?url=http://x&header=x", 400), ("GET", "/api/v1/explain?url=http://x&format=xml", 400),
        ("PUT", "/api/v1/log-level?value=loud", 400), ("OPTIONS", "/api/v1/info", 403),
    ])
    func `what makes no sense is refused with what would`(method: String, target: String, status: Int) async throws {
        try await ObservedEdge.with(Self.entries) { edge async throws in
            let intent = method == "OPTIONS" ? [] : ["X-Requested-With: test"]
            let answer = try await edge.ask(method, target, fields: intent)
            #expect(answer.status == status)
            #expect(answer["Access-Control-Allow-Origin"] == nil)
            #expect(try JSONDocument(answer.body)["error"].text?.isEmpty == false)
            // Nothing has changed.
            #expect(edge.controller.status.overrides == [])
        }
    }

    @Test func `a token is asked for everywhere but where supervisors ask`() async throws {
        let token = "0123456789abcdef0123"
        try await ObservedEdge.with(Self.entries, token: token) { edge async throws in
            #expect(try await edge.ask("GET", "/readyz").status == 200)
            for path in ["/metrics", "/api/v1/info", "/api/v1/nothing"] {
                let answer = try await edge.ask("GET", path)
                #expect(answer.status == 401)
                #expect(answer["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
            }
            let shown = ["Authorization: Bearer \(token)"]
            #expect(try await edge.ask("GET", "/api/v1/info", fields: shown).status == 200)
            let target = "/api/v1/endpoints/web-80/10.0.0.1:80/drain"
            #expect(try await edge.put(target).status == 401)
            #expect(try await edge.ask("PUT", target, fields: shown).status == 200)
        }
    }

    @Test func `a request is explained by the table in force`() async throws {
        try await ObservedEdge.with(Self.entries) { edge async throws in
            let url = "/api/v1/explain?url=http://shop.example/a/b&header=X-A:%20b&header=X-C:d"
            let answer = try await edge.json(url)
            #expect(answer["route"]["name"].text == "shop")
            #expect(answer["outcome"]["kind"].text == "forward")
            let text = try await edge.ask("GET", url + "&format=text")
            #expect(text["Content-Type"]?.hasPrefix("text/plain") == true)
            #expect(text.text.contains("route shop"))
            let none = try await edge.json("/api/v1/explain?url=http://shop.example/a")
            #expect(none["outcome"]["status"].number == 404)
        }
    }

    @Test func `the level of the log changes while the edge runs`() async throws {
        try await ObservedEdge.with { edge async throws in
            #expect(try await edge.json("/api/v1/log-level")["level"].text == "critical")
            #expect(try await edge.put("/api/v1/log-level?value=debug").status == 200)
            #expect(edge.subject.logLevel?.level == .debug)
            #expect(try await edge.json("/api/v1/info")["log_level"].text == "debug")
        }
    }
}
