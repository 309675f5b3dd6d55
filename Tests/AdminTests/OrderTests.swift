import Routing
import KeyValue
import Gateway
import Lab
import Testing

@testable import Admin
@testable import Control

/// What an operator says of endpoints, and for how long it stands.
@Suite(.timeLimit(.minutes(3))) struct OrderTests {
    private static func endpoint(_ edge: ObservedEdge, _ address: String) async throws -> JSONDocument {
        let all = try await edge.json("/api/v1/endpoints")["endpoints"].elements
        return try #require(all.first { $0["address"].text == address }, "no \(address) among \(all)")
    }

    @Test func `a drained endpoint gets nobody new until it is enabled`() async throws {
        let backends = try ["a", "b"].map { try TestBackend($0) }
        let entries = Dictionary(uniqueKeysWithValues: backends.map { ("services/web-80/h:\($0.name):80", $0.address) })
        try await ObservedEdge.with(entries) { edge async throws in
            let path = "/api/v1/endpoints/web-80/\(backends[0].address)"
            let answer = try await edge.put("\(path)/drain")
            #expect(answer.status == 200)
            #expect(try JSONDocument(answer.body)["override"]["state"].text == "drain")
            for _ in 0..<6 { #expect(try await edge.request(host: "web.example").text == "b") }
            let shown = try await Self.endpoint(edge, backends[0].address)
            #expect(shown["state"].text == "draining")
            #expect(shown["override"]["state"].text == "drain")
            // Another table does not change that.
            try await edge.store.put("routes/r", value: Array("hosts: [r.example]\nservice: web-80".utf8), flags: 0)
            try await edge.until({ try await edge.request(host: "r.example").status }, { $0 == 200 })
            for _ in 0..<6 { #expect(try await edge.request(host: "r.example").text == "b") }
            let enabled = try await edge.put("\(path)/enable")
            #expect(try JSONDocument(enabled.body)["override"] == .null)
            var names: Set<String> = []
            for _ in 0..<6 { names.insert(try await edge.request(host: "web.example").text) }
            #expect(names == ["a", "b"])
        }
    }

    @Test func `a disabled endpoint is out of the table, and still shown`() async throws {
        let backend = try TestBackend("a")
        try await ObservedEdge.with(["services/web-80/h:a:80": backend.address]) { edge async throws in
            #expect(try await edge.put("/api/v1/endpoints/web-80/\(backend.address)/disable").status == 200)
            #expect(try await edge.request(host: "web.example").status == 503)
            #expect(try await Self.endpoint(edge, backend.address)["state"].text == "disabled")
            #expect(try await edge.put("/api/v1/endpoints/web-80/\(backend.address)/enable").status == 200)
            #expect(try await edge.request(host: "web.example").status == 200)
        }
    }

    @Test func `a weight stands above the store's, until it is taken back`() async throws {
        try await ObservedEdge.with(["services/web-80/h:a:80": "10.0.0.1:80 weight=3"]) { edge async throws in
            let path = "/api/v1/endpoints/web-80/10.0.0.1:80/weight"
            #expect(try await edge.put("\(path)?value=9").status == 200)
            #expect(try await Self.endpoint(edge, "10.0.0.1:80")["weight"].number == 9)
            try await edge.store.put("services/web-80/h:a:80", value: Array("10.0.0.1:80 weight=4".utf8), flags: 0)
            try await edge.until({ try await Self.endpoint(edge, "10.0.0.1:80")["revision"].number }, { $0 != 1 })
            #expect(try await Self.endpoint(edge, "10.0.0.1:80")["weight"].number == 9)
            #expect(try await edge.put("\(path)?value=auto").status == 200)
            #expect(try await Self.endpoint(edge, "10.0.0.1:80")["weight"].number == 4)
            #expect(edge.controller.status.overrides == [])
        }
    }

    @Test func `an order is forgotten with its endpoint`() async throws {
        try await ObservedEdge.with(["services/web-80/h:a:80": "10.0.0.1:80", "services/web-80/h:b:80": "10.0.0.2:80"])
        {
            edge async throws in
            #expect(try await edge.put("/api/v1/endpoints/web-80/10.0.0.1:80/disable").status == 200)
            #expect(edge.controller.status.overrides.count == 1)
            try await edge.store.delete("services/web-80/h:a:80")
            try await edge.until({ edge.controller.status.overrides }, { $0.isEmpty })
            try await edge.store.put("services/web-80/h:a:80", value: Array("10.0.0.1:80".utf8), flags: 0)
            try await edge.until({ edge.gateway.table.states.count }, { $0 == 2 })
        }
    }

    @Test func `an order outlives the process`() async throws {
        let folder = try ScratchFolder()
        let entries = ["services/web-80/h:a:80": "10.0.0.1:80"]
        try await ObservedEdge.with(entries, stateDirectory: folder.path) { edge async throws in
            #expect(try await edge.put("/api/v1/endpoints/web-80/10.0.0.1:80/drain").status == 200)
            #expect(try await edge.put("/api/v1/endpoints/web-80/10.0.0.1:80/weight?value=8").status == 200)
            edge.controller.keepTable()
        }
        try await ObservedEdge.with(entries, stateDirectory: folder.path) { edge async throws in
            try await edge.until({ edge.controller.status.overrides }, { !$0.isEmpty })
            let shown = try await Self.endpoint(edge, "10.0.0.1:80")
            #expect(shown["state"].text == "draining")
            #expect(shown["weight"].number == 8)
        }
    }

    @Test func `orders are told in events and problems`() async throws {
        try await ObservedEdge.with(["services/web-80/h:a:80": "10.0.0.1:80"]) { edge async throws in
            #expect(try await edge.put("/api/v1/endpoints/web-80/10.0.0.1:80/drain").status == 200)
            let events = try await edge.json("/api/v1/events")["events"].elements
            #expect(
                events.contains {
                    $0["kind"].text == "order" && $0["subject"].text == "web-80/10.0.0.1:80"
                        && $0["what"].text == "drain"
                })
            let problems = try await edge.until {
                try await edge.json("/api/v1/problems")["problems"].elements
            } _: {
                $0.count >= 2
            }
            #expect(
                problems.contains {
                    $0["subject"].text == "endpoint web-80/10.0.0.1:80" && $0["severity"].text == "notice"
                })
            #expect(problems.contains { $0["subject"].text == "service web-80" })
        }
    }
}
