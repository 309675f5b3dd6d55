import Testing

@testable import Swarm

@Suite("Which containers move")
struct MovePlanTests {
    // MARK: - Lost nodes

    @Test("of a lost node those move that are to, oldest first, and only while nobody is in their place")
    func findsLost() throws {
        var cluster = try SampleCluster(nodes: 2)
        try cluster.run("web", on: 1, moves: true)
        try cluster.run("db", on: 1, moves: true, state: "exited")
        try cluster.run("stays", on: 1)
        try cluster.run("other", on: 2, moves: true)
        #expect(cluster.state.lostContainers.isEmpty)
        try cluster.lose(1)
        #expect(cluster.state.lostContainers.map(\.name) == ["web", "db"])
        try cluster.run("web", on: 2, moves: true)
        #expect(cluster.state.lostContainers.map(\.name) == ["db"])
        #expect(cluster.state.supersededContainers.isEmpty)
    }

    @Test("when the node is back, the copy that was made meanwhile wins")
    func findsSuperseded() throws {
        var cluster = try SampleCluster(nodes: 3)
        try cluster.run("web", on: 1, moves: true)
        try cluster.run("twin", on: 1)
        try cluster.lose(1)
        try cluster.run("web", on: 2, moves: true)
        // Two containers without a policy that have one ID are their owner's business.
        try cluster.run("twin", on: 2)
        #expect(cluster.state.supersededContainers.isEmpty)
        try cluster.findAgain(1)
        #expect(cluster.state.supersededContainers.map(\.id) == ["web@1"])
        #expect(cluster.state.lostContainers.isEmpty)
        // The copy is what moves when its node is lost too, and not the old one that is back in its place.
        try cluster.lose(2)
        #expect(cluster.state.lostContainers.map(\.id) == ["web@2"])
        #expect(cluster.state.supersededContainers.map(\.id) == ["web@1"])
    }

    @Test("the name of a container that is moving means the newest copy")
    func findsTheNewest() throws {
        var cluster = try SampleCluster(nodes: 2)
        try cluster.run("web", on: 1, moves: true)
        try cluster.run("web", on: 2, moves: true)
        #expect(cluster.state.container("web")?.container.id == "web@2")
        #expect(cluster.state.container("n1/web")?.container.id == "web@1")
        try cluster.run("web", on: 1, swarmID: "another")
        #expect(cluster.state.container("web") == nil || cluster.state.container("web")?.container.id == "web@2")
    }

    @Test("a moment is the manager's: engines' clocks differ")
    func comparesByOneClock() throws {
        var cluster = try SampleCluster(nodes: 2)
        try cluster.run("web", on: 1, moves: true)
        try cluster.run("web", on: 2, moves: true, ahead: 3_600)
        #expect(cluster.state.supersededContainers.map(\.id) == ["web@2"])
    }

    // MARK: - Drain

    @Test("a drained node gets nothing; those that move do, or all; instances of global services end")
    func drains() throws {
        var cluster = try SampleCluster(nodes: 2)
        try cluster.run("web", on: 1, moves: true)
        try cluster.run("plain", on: 1)
        try cluster.run("agent", on: 1, labels: [SwarmLabel.global: "agents"])
        cluster.state.drain(["E1"])
        let address = try SampleCluster.address(1)
        #expect(cluster.state.engines[address]?.standing.condition == .maintenance)
        #expect(cluster.state.candidates.filter { $0.health > 0 }.map(\.name) == ["n2"])
        let plan = cluster.state.drainPlan(address, all: false)
        #expect(plan.moves.map(\.name) == ["web"] && plan.stays.map(\.name) == ["plain"])
        #expect(plan.ends.map(\.name) == ["agent"])
        #expect(cluster.state.drainPlan(address, all: true).moves.map(\.name) == ["web", "plain"])
        cluster.state.drain([])
        #expect(cluster.state.engines[address]?.standing.condition == .healthy)
    }

    @Test("an engine that is known to be drained is so from the moment that its ID is known")
    func staysDrained() throws {
        var state = ClusterState()
        state.drain(["E9"])
        let address = try SampleCluster.address(9)
        state.addEngine(address, failuresMax: 3)
        _ = state.identify(address, id: "E9", name: "n9")
        state.updateEngine(address) { _ = $0.standing.validated() }
        #expect(state.engines[address]?.standing.condition == .maintenance)
    }

    // MARK: - Services on every node

    @Test("a global service comes to new nodes that take it, and leaves drained ones")
    func completesServices() throws {
        var cluster = try SampleCluster(nodes: 3)
        let labels = [
            SwarmLabel.global: "agents", SwarmLabel.Expressions.constraint.label: #"["zone!=z3"]"#,
        ]
        try cluster.run("agent", on: 1, swarmID: "A1", labels: labels)
        var plan = GlobalPlan(cluster.state, scheduler: Scheduler())
        #expect(plan.missing.map(\.address) == [try SampleCluster.address(2)])
        #expect(plan.missing.first?.isRunning == true && plan.surplus.isEmpty)
        try cluster.run("agent", on: 2, swarmID: "A2", state: "exited", labels: labels)
        cluster.state.drain(["E1"])
        plan = GlobalPlan(cluster.state, scheduler: Scheduler())
        #expect(plan.missing.isEmpty && plan.surplus.map(\.id) == ["agent@1"])
        // Instances are no copies of each other, whoever of them is lost.
        try cluster.lose(2)
        #expect(cluster.state.lostContainers.isEmpty && cluster.state.supersededContainers.isEmpty)
    }

    @Test("without instances there is no service, and without room on a node no instance")
    func completesWhatCanBe() throws {
        var cluster = try SampleCluster(nodes: 2)
        #expect(GlobalPlan(cluster.state, scheduler: Scheduler()).missing.isEmpty)
        let id = try cluster.run(
            "agent", on: 1, labels: [SwarmLabel.global: "agents"],
            settings: #""PortBindings":{"80/tcp":[{"HostPort":"80"}]}"#)
        try cluster.run("taken", on: 2, settings: #""PortBindings":{"80/tcp":[{"HostPort":"80"}]}"#)
        #expect(GlobalPlan(cluster.state, scheduler: Scheduler()).missing.isEmpty)
        cluster.state.remove(id: "taken@2")
        #expect(GlobalPlan(cluster.state, scheduler: Scheduler()).missing.count == 1)
        cluster.state.remove(id: id)
        #expect(GlobalPlan(cluster.state, scheduler: Scheduler()).missing.isEmpty)
    }
}
