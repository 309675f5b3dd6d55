import Discovery
import Gateway
import KeyValue
import Routing
import Testing

@testable import Control

/// What is kept of former tables, and what differs between two of them.
@Suite struct TableHistoryTests {
    /// A state's tables, one after each of `steps`, which are what the store has.
    private func history(_ steps: [[String: String]], routes: [[String: String]] = []) -> TableHistory {
        var state = ControlState(configuration: EdgeConfiguration(), storeName: "memory:")
        var history = TableHistory()
        for (number, step) in steps.enumerated() {
            let entries = step.sorted { $0.key < $1.key }.map { key, value in
                KeyValueEntry(
                    key: "services/" + key, value: Array(value.utf8),
                    modifyIndex: UInt64(10 * (number + 1)))
            }
            let routes = (routes.isEmpty ? [:] : routes[number]).map { key, value in
                KeyValueEntry(key: "routes/" + key, value: Array(value.utf8), modifyIndex: UInt64(10 * (number + 1)))
            }
            let index = UInt64(10 * (number + 1))
            state.take(services: .init(listing: KeyValueListing(entries: entries, index: index)), now: .zero)
            state.take(routes: .init(listing: KeyValueListing(entries: routes, index: index)), now: .zero)
            guard let (_, changes) = state.advance(now: .zero) else { continue }
            history.add(
                TableHistory.Entry(
                    generation: state.generation, installedAt: Int64(number), parts: state.parts,
                    summary: changes.summary))
        }
        return history
    }

    @Test func `a difference names what changed, and the keys that made it so`() throws {
        let history = history(
            [
                ["web-80/h:a:80": "10.0.0.1:80", "web-80/h:b:80": "10.0.0.2:80"],
                ["web-80/h:a:80": "10.0.0.1:80 weight=5", "web-80/h:c:80": "10.0.0.3:80"],
            ],
            routes: [
                ["r": "hosts: [a.example]\nservice: web-80"], ["r": "hosts: [b.example]\nservice: web-80"],
            ])
        let difference = TableDifference(from: try #require(history[1]), to: try #require(history[2]))
        #expect(
            difference.changes.map { "\($0.kind) \($0.subject) \($0.details) \($0.now?.words ?? "-")" } == [
                "added endpoint web-80/10.0.0.3:80 [] memory:services/web-80/h:c:80 @20",
                "removed endpoint web-80/10.0.0.2:80 [] -",
                "changed endpoint web-80/10.0.0.1:80 [\"weight 5, was 1\"] memory:services/web-80/h:a:80 @20",
                "changed route r [\"hosts b.example, was a.example\"] memory:routes/r @20",
            ])
        #expect(difference.changes.map { $0.before?.revision } == [nil, 10, 10, 10])
        #expect(difference.text.hasPrefix("generation 1 to 2: 4 changes\n+ endpoint web-80/10.0.0.3:80"))
    }

    @Test func `the latest 64 generations are kept`() {
        let history = history((0..<70).map { ["web-80/h:a:80": "10.0.0.\($0):80"] })
        #expect(history.entries.map(\.generation) == Array(7...70))
        #expect(history[6] == nil)
        #expect(history[70]?.description.services[0].endpoints[0].address == "10.0.0.69:80")
    }

    @Test(.timeLimit(.minutes(1))) func `a former table can be asked about`() async throws {
        let store = MemoryStore(["services/web-80/h:a:80": "10.0.0.1:80"])
        var configuration = GatewayConfiguration()
        guard let address = EndpointAddress("127.0.0.1:0", allowingPortZero: true) else { return }
        configuration.listeners = [ListenerConfiguration(address: .ip(address), name: ":80")]
        let gateway = try Gateway(configuration: configuration)
        try await ControllerTests.withController(store, configuration: EdgeConfiguration()) { recorder, controller in
            let first = try await recorder.table { $0.addresses == ["10.0.0.1:80"] }
            try await store.put("services/web-80/h:a:80", value: Array("10.0.0.2:80".utf8), flags: 0)
            let second = try await recorder.table { $0.addresses == ["10.0.0.2:80"] }
            gateway.install(RoutingTable.compile(second, previous: nil).table)
            let question = ExplanationQuestion(url: "http://web/")
            let now = try controller.explain(question, by: gateway)
            #expect(now.services.first?.endpoints.map(\.address) == ["10.0.0.2:80"])
            let then = try controller.explain(question, by: gateway, at: first.generation)
            #expect(then.services.first?.endpoints.map(\.address) == ["10.0.0.1:80"])
            #expect(then.generation == first.generation)
            #expect(throws: ExplanationError("generation 99 is not kept: there are 1 to 2")) {
                try controller.explain(question, by: gateway, at: 99)
            }
            #expect(controller.generations.map(\.generation) == [1, 2])
            let difference = try controller.difference(from: 1, to: 2)
            #expect(difference.changes.map(\.kind) == [.added, .removed])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a route that never matches is a problem`() async throws {
        let store = MemoryStore([
            "routes/b": "hosts: [x.example]\nservice: web-80", "services/web-80/h:a:80": "10.0.0.1:80",
        ])
        let file = ConfigurationFile(
            "routes: [{name: a, hosts: [x.example], paths: [/], service: web-80}]", source: "p.yaml")
        try await ControllerTests.withController(store, configuration: file.configuration) { recorder, controller in
            try await recorder.problem {
                $0.subject == "route b" && $0.reason.hasPrefix("never matches: route a (p.yaml")
            }
            try await store.delete("routes/b")
            try await recorder.until { controller.status.problems.isEmpty }
        }
    }
}
