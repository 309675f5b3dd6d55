import Foundation
import Lab
import Testing

@testable import Swarm

@Suite struct ClusterStateTests {
    private static let one = NodeAddress("10.0.0.1:2375")
    private static let two = NodeAddress("10.0.0.2:2375")

    /// Two engines, `E1` called `n1` and `E2` called `n2`.
    private static func state() throws -> (ClusterState, one: NodeAddress, two: NodeAddress) {
        let (one, two) = (try #require(Self.one), try #require(Self.two))
        var state = ClusterState()
        for address in [one, two] { state.addEngine(address, failuresMax: 3) }
        #expect(state.identify(one, id: "E1", name: "n1") == nil)
        #expect(state.identify(two, id: "E2", name: "n2") == nil)
        return (state, one, two)
    }

    private static func container(
        _ id: String, _ name: String, on engine: String, state: String = "running", revision: UInt64 = 0
    ) throws -> ClusterContainer {
        let row = try JSONValue(
            parsing: Array(#"{"Id":"\#(id)","Names":["/\#(name)"],"Created":\#(id.utf8.count + name.utf8.count)}"#.utf8)
        )
        let inspection = try JSONValue(
            parsing: Array(
                #"{"Id":"\#(id)","State":{"Status":"\#(state)"},"HostConfig":{"Memory":10,"CpuShares":1024}}"#.utf8))
        var container = try #require(
            ClusterContainer(
                engineRow: row, inspection: inspection, inspected: [], engineID: engine, node: "n", address: "10.0.0.1",
                processors: 2))
        container.revision = revision
        return container
    }

    @Test func `what is known of a container takes the place of what was`() throws {
        var (state, one, _) = try Self.state()
        state.put(try Self.container("aa", "web", on: "E1"), on: one)
        state.put(try Self.container("aa", "db", on: "E1", state: "exited"), on: one)
        #expect(state.container("web") == nil && state.container("db")?.engine.name == "n1")
        let engine = try #require(state.engines[one])
        #expect((engine.running, engine.stopped) == (0, 1))
        #expect(engine.node.containers.count == 1 && engine.node.reservedMemoryBytes == 10)
        #expect(engine.node.reservedProcessors == 2)
        #expect(state.remove(id: "aa")?.name == "db" && state.remove(id: "aa") == nil)
        #expect(state.engines[one]?.node.reservedMemoryBytes == 0 && state.engines[one]?.stopped == 0)
    }

    @Test func `an older answer changes nothing`() throws {
        var (state, one, _) = try Self.state()
        state.put(try Self.container("aa", "new", on: "E1", revision: 7), on: one)
        state.put(try Self.container("aa", "old", on: "E1", revision: 6), on: one)
        #expect(state.container("new") != nil && state.container("old") == nil)
        state.keep([], on: one, revision: 7)
        #expect(state.directory.count == 1)
        state.keep([], on: one, revision: 8)
        #expect(state.directory.count == 0)
        state.bury(id: "aa")
        state.put(try Self.container("aa", "new", on: "E1", revision: 9), on: one)
        #expect(state.directory.count == 0 && state.engines[one]?.running == 0)
    }

    @Test func `a container that is on another engine now is no more on the first`() throws {
        var (state, one, two) = try Self.state()
        state.put(try Self.container("aa", "web", on: "E1", revision: 5), on: one)
        state.put(try Self.container("aa", "web", on: "E2", revision: 1), on: two)
        #expect(state.container("web")?.engine.name == "n2" && state.engines[one]?.node.containers == [])
        #expect(state.engines[one]?.running == 0 && state.engines[two]?.running == 1)
    }

    @Test func `another engine at an address has none of the first one's containers`() throws {
        var (state, one, two) = try Self.state()
        state.put(try Self.container("aa", "web", on: "E1"), on: one)
        state.put(try Self.container("bb", "db", on: "E2"), on: two)
        #expect(state.identify(one, id: "E2", name: "n2") == two)
        #expect(state.container("web") != nil)
        #expect(state.identify(one, id: "E3", name: "n3") == nil)
        #expect(state.container("web") == nil && state.engine(id: "E1") == nil && state.engine(named: "n1") == nil)
        #expect(state.engine(named: "n3")?.address == one && state.engines[one]?.node.containers == [])
        #expect(state.engines[one]?.running == 0 && state.container("db") != nil)
        state.removeEngine(two)
        #expect(state.container("db") == nil && state.engine(named: "E2") == nil && state.directory.count == 0)
    }

    @Test func `counts and indices stay true whatever comes`() throws {
        var (state, one, two) = try Self.state()
        var generator = SeededGenerator(seed: 11)
        for round in 0..<3_000 {
            let (address, engine) = Bool.random(using: &generator) ? (one, "E1") : (two, "E2")
            let id = "c\(Int.random(in: 0..<20, using: &generator))"
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: state.remove(id: id)
            case 1: state.keep([id], on: address, revision: UInt64(round))
            default:
                let kind = ["running", "paused", "exited", "created"].randomElement(using: &generator) ?? ""
                let name = "n\(Int.random(in: 0..<20, using: &generator))"
                state.put(
                    try Self.container(id, name, on: engine, state: kind, revision: UInt64(round)), on: address)
            }
            let engines = state.engines.values
            #expect(engines.reduce(0) { $0 + $1.running + $1.paused + $1.stopped } == state.directory.count)
            #expect(engines.reduce(0) { $0 + $1.node.containers.count } == state.directory.count)
            let newest = state.directory.newestFirst
            #expect(newest == newest.sorted { ($0.created, $0.id) > ($1.created, $1.id) })
            #expect(
                Set(newest.map(\.id)) == Set(state.directory.containers.keys) && newest.count == state.directory.count)
            #expect(newest.allSatisfy { state.directory.containers[$0.id] == $0 })
            #expect(engines.allSatisfy { $0.node.reservedMemoryBytes == Int64(10 * $0.node.containers.count) })
            #expect(
                state.directory.containers.values.allSatisfy { known in
                    state.directory.named(known.name).contains(known) && state.container(known.id)?.container == known
                })
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `gates let so many in, and the next when one leaves`() async throws {
        let gate = CallGate(places: 2, waitingMax: 0)
        try await gate.enter(within: .seconds(1))
        try await gate.enter(within: .seconds(1))
        await #expect(throws: CallGate.Refusal.full) { try await gate.enter(within: .seconds(60)) }
        let patient = CallGate(places: 1, waitingMax: 8)
        try await patient.enter(within: .seconds(1))
        await #expect(throws: CallGate.Refusal.gaveUp) { try await patient.enter(within: .milliseconds(50)) }
        let cancelled = Task { try await patient.enter(within: .seconds(60)) }
        cancelled.cancel()
        await #expect(throws: CallGate.Refusal.gaveUp) { try await cancelled.value }
        let next = Task { try await patient.enter(within: .seconds(60)) }
        patient.leave()
        try await next.value
    }

    @Test(.timeLimit(.minutes(2)))
    func `a pause ends when the bell rings, or has rung`() async {
        let bell = Bell()
        bell.ring()
        await bell.pause(.seconds(600))
        let pause = Task { await bell.pause(.seconds(600)) }
        let ringer = Task {
            while !Task.isCancelled {
                bell.ring()
                await Task.yield()
            }
        }
        await pause.value
        ringer.cancel()
    }
}
