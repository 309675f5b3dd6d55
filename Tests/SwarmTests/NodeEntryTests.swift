import KeyValue
import Logging
import Testing

@testable import Swarm

@Suite("Entries of engines", .timeLimit(.minutes(1)))
struct NodeEntryTests {
    private func entry(_ store: MemoryStore, timeToLive: Duration = .seconds(60)) throws -> NodeEntry {
        NodeEntry(
            DiscoverySource.Store(store: store, keys: SwarmKeys(prefix: "lab"), kind: .plain),
            address: try #require(NodeAddress("a:1")), timeToLive: timeToLive, heartbeat: .seconds(20))
    }

    private let key = "lab/docker/swarm/nodes/a:1"

    @Test("it is written, kept, and taken away")
    func life() async throws {
        let store = MemoryStore()
        var entry = try entry(store)
        #expect(try await entry.keep() == .written)
        let found = try #require(try await store.get(key))
        #expect(found.value == Array("a:1".utf8) && found.session == entry.session)
        #expect(found.flags == 3_304_740_253_564_472_344)
        #expect(try await entry.keep() == .kept)
        #expect(try await store.get(key)?.modifyIndex == found.modifyIndex)
        try await entry.leave()
        #expect(try await store.get(key) == nil && entry.session == nil)
        #expect(try await entry.keep() == .written)
    }

    @Test("what somebody deletes, and what a store forgets, is written anew")
    func forgetful() async throws {
        let store = MemoryStore()
        var entry = try entry(store)
        _ = try await entry.keep()
        try await store.delete(key)
        #expect(try await entry.keep() == .written)
        await store.wipe()
        #expect(try await entry.keep() == .written)
        #expect(try await store.get(key)?.session == entry.session)
    }

    @Test("an agent that is started anew takes over what its predecessor left, and then leaves another alone")
    func succession() async throws {
        let store = MemoryStore()
        var first = try entry(store)
        _ = try await first.keep()
        var second = try entry(store)
        #expect(try await second.keep() == .written)
        #expect(try await first.keep() == .others)
        #expect(try await store.get(key)?.session == second.session)
        // The first one's end does no harm.
        try await first.leave()
        #expect(try await second.keep() == .kept)
    }

    @Test("an engine that is silent is not renewed, and then taken away; one that never spoke is kept")
    func witnesses() throws {
        var witness = EngineWitness(address: try #require(NodeAddress("a:1")), timeToLive: .seconds(60))
        var lines: [String] = []
        func take(_ failure: String?, _ second: Int) -> EngineWitness.Verdict {
            witness.take(failure, now: .seconds(second)) { lines.append("\($0.rawValue): \($1)") }
        }
        #expect(take("refused", 0) == .keep && take("refused", 5) == .keep && lines.count == 1)
        #expect(take(nil, 10) == .keep && witness.isAnswering && lines.count == 2)
        #expect(take("refused", 20) == .wait && take("refused", 69) == .wait && lines.count == 3)
        #expect(take("refused", 70) == .remove && !witness.isAnswering)
        #expect(take(nil, 80) == .keep && take("refused", 81) == .wait)
        #expect(lines.map { $0.prefix { $0 != ":" } } == ["warning", "notice", "warning", "notice", "warning"])
    }
}
