import KeyValue
import Logging
import Testing

@testable import Swarm

@Suite("Leadership", .timeLimit(.minutes(2)))
struct LeadershipTests {
    /// A manager that takes part.
    private struct Manager {
        let leadership: Leadership
        let run: Task<Void, Never>

        func end() async {
            run.cancel()
            await run.value
            await leadership.resign()
        }
    }

    private func manager(
        _ number: Int, _ store: MemoryStore, timeToLive: Duration = .seconds(20)
    ) throws -> Manager {
        let source = DiscoverySource.Store(store: store, keys: SwarmKeys(prefix: "lab"), kind: .plain)
        let leadership = Leadership(
            Leadership.Ballot(
                source: source, address: try #require(NodeAddress("10.0.0.\(number):4000")), timeToLive: timeToLive,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        return Manager(leadership: leadership, run: Task { await leadership.run() })
    }

    private func wait(_ manager: Manager, for role: ClusterReport.Role) async {
        for await now in manager.leadership.roles where now == role { return }
    }

    @Test("a manager that is alone is the primary, and needs no store")
    func alone() async throws {
        let leadership = Leadership()
        #expect(leadership.role == .primary)
        try await leadership.confirm()
        #expect(await leadership.known(within: .zero) == .primary)
        await leadership.run()
        await leadership.resign()
    }

    @Test("one of two is the primary; when it ends the other is at once")
    func succession() async throws {
        let store = MemoryStore()
        let first = try manager(1, store)
        await wait(first, for: .primary)
        try await first.leadership.confirm()
        let second = try manager(2, store)
        await wait(second, for: .replica(of: "10.0.0.1:4000"))
        #expect(await second.leadership.known(within: .zero) == .replica(of: "10.0.0.1:4000"))
        await #expect(throws: RequestError.self) { try await second.leadership.confirm() }
        let start = ContinuousClock.now
        await first.end()
        await wait(second, for: .primary)
        // Nowhere near the TTL, whatever else the machine does.
        #expect(ContinuousClock.now - start < .seconds(10))
        try await second.leadership.confirm()
        await #expect(throws: RequestError.self) { try await first.leadership.confirm() }
        let entry = try await store.get("lab/docker/swarm/leader")
        #expect(entry?.value == Array("10.0.0.2:4000".utf8))
        await second.end()
        #expect(try await store.get("lab/docker/swarm/leader")?.session == nil)
    }

    @Test("one that dies is the primary until its session ends")
    func death() async throws {
        let store = MemoryStore()
        let first = try manager(1, store, timeToLive: .seconds(3))
        await wait(first, for: .primary)
        let second = try manager(2, store, timeToLive: .seconds(3))
        await wait(second, for: .replica(of: "10.0.0.1:4000"))
        // It renews no more, and says nothing.
        first.run.cancel()
        await wait(second, for: .primary)
        await second.end()
    }

    @Test("a store that is away: the primary serves on and decides nothing; it is the primary again, or the other is")
    func outage() async throws {
        let store = MemoryStore()
        let first = try manager(1, store, timeToLive: .seconds(2))
        await wait(first, for: .primary)
        await store.setAway(KeyValueError(.unavailable, "away"))
        // Until the second of trust is over.
        while (try? await first.leadership.confirm()) != nil { try await Task.sleep(for: .milliseconds(50)) }
        #expect(first.leadership.role == .primary)
        let error = await #expect(throws: RequestError.self) { try await first.leadership.confirm() }
        #expect(error?.status == 503)
        await store.setAway(nil)
        while (try? await first.leadership.confirm()) == nil { try await Task.sleep(for: .milliseconds(50)) }
        await first.end()
    }

    @Test("a wiped store has one primary again")
    func wiped() async throws {
        let store = MemoryStore()
        let managers = [try manager(1, store), try manager(2, store)]
        _ = await managers[0].leadership.known(within: .seconds(60))
        for round in 0..<3 {
            await store.wipe()
            var primaries: [Int] = []
            repeat {
                primaries = []
                for (index, manager) in managers.enumerated()
                where (try? await manager.leadership.confirm()) != nil {
                    primaries.append(index)
                }
                try await Task.sleep(for: .milliseconds(20))
            } while primaries.isEmpty
            #expect(primaries.count == 1, "round \(round)")
        }
        for manager in managers { await manager.end() }
    }

    @Test("nobody knows who the primary is: the wait has an end")
    func patience() async throws {
        let store = MemoryStore()
        await store.setAway(KeyValueError(.unavailable, "away"))
        let manager = try manager(1, store)
        #expect(await manager.leadership.known(within: .milliseconds(10)) == .replica(of: nil))
        await store.setAway(nil)
        #expect(await manager.leadership.known(within: .seconds(60)) == .primary)
        await manager.end()
    }
}
