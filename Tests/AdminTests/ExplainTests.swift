import Gateway
import KeyValue
import Testing

@testable import Control
@testable import Lab

/// Explanations by former tables and of requests already made, and what differs between tables.
@Suite struct ExplainTests {
    private static let entries = [
        "services/web-80/h:a:80": "10.0.0.1:80", "routes/web": "hosts: [web.example]\nservice: web-80",
    ]

    /// An answer, held against what the document says of such.
    private static func answer(_ target: String, _ edge: ObservedEdge, as name: String) async throws -> JSONDocument {
        let document = try await edge.json("/api/v1/openapi.json")
        let answer = try await edge.json(target)
        let schema = document["components"]["schemas"][name]
        #expect(Schema(document: document).faults(answer, by: schema, at: name) == [])
        return answer
    }

    @Test(.timeLimit(.minutes(2))) func `a former table explains, and what changed since is told`() async throws {
        try await ObservedEdge.with(Self.entries) { edge in
            let url = "/api/v1/explain?url=http://web.example/"
            let first = try await edge.json(url)["generation"].number ?? 0
            try await edge.store.put("services/web-80/h:a:80", value: Array("10.0.0.2:80".utf8), flags: 0)
            try await edge.until {
                try await edge.json(url)["services"].elements.first?["endpoints"].elements.first?["address"].text
            } _: {
                $0 == "10.0.0.2:80"
            }
            let then = try await Self.answer("\(url)&at=\(Int(first))", edge, as: "Explanation")
            #expect(then["request"]["secure"] == .boolean(false) && then["more_candidates"].number == 0)
            #expect(then["services"][0]["endpoints"][0]["in_flight"].number == 0)
            #expect(then["services"].elements[0]["endpoints"].elements[0]["address"].text == "10.0.0.1:80")
            let text = try await edge.ask(
                "GET", "/api/v1/generations?from=\(Int(first))&to=\(Int(first) + 1)&format=text")
            #expect(
                text.text.contains("+ endpoint web-80/10.0.0.2:80  memory:services/web-80/h:a:80 @"), "\(text.text)")
            let difference = try await Self.answer(
                "/api/v1/generations?from=\(Int(first))&to=\(Int(first) + 1)", edge, as: "Difference")
            #expect(difference["changes"][0]["now"]["source"].text == "memory:services/web-80/h:a:80")
            #expect(difference["more_changes"].number == 0)
            let list = try await Self.answer("/api/v1/generations", edge, as: "Generations")
            #expect(list["generations"][0]["installed_at"].number != nil)
            #expect(list["generations"].elements.last?["generation"].number == first + 1)
            for target in ["\(url)&at=999", "\(url)&at=x", "/api/v1/generations?from=x", "/api/v1/generations?to=-1"] {
                #expect(try await edge.ask("GET", target).status == 400, "\(target)")
            }
            #expect(try await edge.ask("GET", "/api/v1/generations?from=1&to=999").status == 404)
            // One side alone: the other is the newest, or the one before.
            for side in ["from=\(Int(first))", "to=\(Int(first) + 1)"] {
                #expect(try await edge.ask("GET", "/api/v1/generations?\(side)&format=text").text == text.text)
            }
            // An operator's order leaves the key as it is.
            #expect(try await edge.put("/api/v1/endpoints/web-80/10.0.0.2:80/drain").status == 200)
            let ordered = try await Self.answer("/api/v1/generations?from=\(Int(first) + 1)", edge, as: "Difference")
            #expect(ordered["changes"].elements.map { $0["by"].text } == ["operator"], "\(ordered)")
            // Without an access log no requests are kept.
            #expect(try await edge.ask("GET", "/api/v1/explain?id=x").status == 404)
        }
    }

    @Test(.timeLimit(.minutes(2))) func `each setting says who has said it, and where`() async throws {
        let text = """
            defaults:
              timeouts: { connect: 3s, total: 40s }
              retries:
                attempts: 5
            services:
              web-80:
                timeouts:
                  connect: 4s
                balance: first
                deny: 10.0.0.0/8
            """
        let file = ConfigurationFile(text, source: "portico.yaml")
        #expect(file.errors.isEmpty)
        var entries = Self.entries
        entries["services/web-80/h:a:80"] = "10.0.0.1:80 slow_start=10s balance=source limits_rate=7/m"
        entries["routes/web"] = "hosts: [web.example]\nservice: web-80\ntimeouts: { total: 50s }\nallow: 192.0.2.0/24"
        try await ObservedEdge.with(
            entries,
            configure: {
                $0.defaults = file.configuration.defaults
                $0.services = file.configuration.services
                $0.places = file.configuration.places
            }
        ) { edge in
            let answer = try await Self.answer(
                "/api/v1/explain?url=http://web.example/&client=192.0.2.7", edge, as: "Explanation")
            let service = answer["services"][0]
            var told: [String: String] = [:]
            for item in service["terms"].elements + service["gates"].elements + answer["gates"].elements {
                let place = item["provenance"]["source"].text.map { " \($0)" } ?? ""
                told[item["name"].text ?? ""] = (item["of"].text ?? "") + place
            }
            #expect(told["timeouts.connect"] == "service portico.yaml:8:7", "\(told)")
            #expect(told["timeouts.total"] == "route memory:routes/web")
            #expect(told["timeouts.idle"] == "default")
            #expect(told["retries"] == "defaults portico.yaml:4:5")
            #expect(told["balance"] == "service portico.yaml:9:5")
            #expect(told["slow_start"] == "endpoints memory:services/web-80/h:a:80")
            #expect(told["rate"] == "service web-80 memory:services/web-80/h:a:80")
            #expect(
                told["networks"] == "route web memory:routes/web"
                    || told["networks"] == "service web-80 portico.yaml:10:5")
            let gates = answer["gates"].elements.map { $0["provenance"]["source"].text }
            #expect(gates == ["memory:routes/web"])
            let text = try await edge.ask(
                "GET", "/api/v1/explain?url=http://web.example/&client=192.0.2.7&format=text"
            ).text
            #expect(text.contains("of the service, portico.yaml:8:7"), "\(text)")
            #expect(text.contains("by default"))
        }
    }

    @Test(.timeLimit(.minutes(2))) func `a request already made is found by its id`() async throws {
        let folder = try ScratchFolder()
        try await ObservedEdge.with(
            Self.entries, configure: { $0.accessLog = AccessLogConfiguration(path: "\(folder.path)/log") }
        ) { edge in
            _ = try await edge.request("/none", host: "other.example")
            let made = try await edge.until {
                edge.gateway.recentRequests(1).first
            } _: {
                $0 != nil
            }
            let id = try #require(made?.id)
            let found = try await Self.answer("/api/v1/explain?id=\(id)", edge, as: "ExplainedRequest")
            #expect(found["request"]["status"].number == 404)
            #expect(found["explanation"]["outcome"]["cause"].text == "no-route")
            let text = try await edge.ask("GET", "/api/v1/explain?id=\(id)&format=text").text
            #expect(text.hasPrefix("GET /none HTTP/1.1 got 404 in "), "\(text)")
            #expect(try await edge.ask("GET", "/api/v1/explain?id=none").status == 404)
        }
    }
}
