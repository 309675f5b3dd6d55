import Lab
import Synchronization
import Testing

@testable import Swarm

@Suite("Containers are moved", .timeLimit(.minutes(5)))
struct MoveRouteTests {
    /// Runs the manager's rescheduling beside `body`.
    private func rescheduling(_ cluster: TestCluster, _ body: () async throws -> Void) async throws {
        let working = Task { await cluster.responder.rescheduler.run() }
        defer { working.cancel() }
        try await body()
    }

    @Test("a lost node: what moves is elsewhere, running, under its name; when the node is back the moved one wins")
    func reschedules() async throws {
        let cluster = try await TestCluster(count: 2)
        let id = try await cluster.create(
            "web", ["constraint:zone==~z1", "reschedule:on-node-failure", "A=1"],
            host: #""PortBindings":{"80/tcp":[{"HostPort":"8080"}]}"#)
        try await cluster.create("stays", ["constraint:zone==z1"])
        try await cluster.create("bound", ["constraint:zone==z1", "reschedule:on-node-failure"])
        _ = try await cluster.answer("POST", "/containers/web/start")
        let swarmID = try #require(cluster.cluster.read { $0.container("web")?.container.placement.swarmID })
        try await rescheduling(cluster) {
            cluster.engines.fail(0, .refuse)
            try await cluster.wait("the container elsewhere") { state in
                state.container("web").map { $0.engine.name == "fake2" && $0.container.condition.isRunning } ?? false
            }
            let (_, document) = try await cluster.answer("GET", "/containers/\(swarmID)/json")
            #expect(document["Name"].text == "/web" && document["Id"].text != id)
            #expect(document["Config"]["Env"].texts == ["A=1"])
            #expect(document["HostConfig"]["PortBindings"]["80/tcp"].elements?.first?["HostPort"].text == "8080")
            #expect(cluster.engines.containers(of: 1) == ["web"])
            cluster.engines.heal(0)
            try await cluster.wait("one copy") { state in
                state.engines.values.allSatisfy(\.standing.isAnswering) && state.directory.count == 3
                    && state.directory.containers[id] == nil
            }
        }
        #expect(cluster.engines.containers(of: 0) == ["bound", "stays"])
        #expect(cluster.engines.containers(of: 1) == ["web"])
    }

    @Test("an engine that leaves the cluster is lost with it")
    func reschedulesOrphans() async throws {
        let cluster = try await TestCluster(count: 2)
        try await cluster.create("web", ["constraint:zone==~z1", "reschedule:on-node-failure"])
        let address = try #require(NodeAddress(cluster.engines.addresses[0]))
        try await rescheduling(cluster) {
            try await cluster.wait("somebody who listens") { _ in cluster.cluster.watchers.withLock { !$0.isEmpty } }
            cluster.cluster.remove(address)
            try await cluster.wait("the container elsewhere") { $0.container("web")?.engine.name == "fake2" }
        }
    }

    @Test("drain: what moves is moved, the rest told; activate: the node gets containers again")
    func drains() async throws {
        let cluster = try await TestCluster(count: 2)
        let id = try await cluster.create("web", ["constraint:zone==~z1", "reschedule:on-node-failure"])
        _ = try await cluster.answer("POST", "/containers/web/start")
        try await cluster.create("plain", ["constraint:zone==~z1"])
        try await cluster.create("bound", ["constraint:zone==z1", "reschedule:on-node-failure"])
        let (status, document) = try await cluster.answer("POST", "/v1/nodes/fake1/drain")
        #expect(status == 200 && document["node"]["state"].text == "maintenance")
        #expect(document["moved"].elements?.map { $0["name"].text } == ["web"])
        #expect(document["moved"].elements?.first?["id"].text == id)
        #expect(document["moved"].elements?.first?["to"].text == "fake2")
        #expect(document["failed"].elements?.map { $0["name"].text } == ["bound"])
        #expect(document["failed"].elements?.first?["error"].text?.contains("[zone==z1]") == true)
        #expect(document["stayed"].elements?.map { $0["name"].text } == ["plain"])
        #expect(cluster.engines.containers(of: 0) == ["bound", "plain"])
        #expect(cluster.cluster.read { $0.container("web")?.container.condition.isRunning } == true)
        #expect(try await cluster.maintenance.drainedEngines().count == 1)
        try await cluster.create("new")
        #expect(cluster.node(of: "new") == "fake2")
        let (_, all) = try await cluster.answer("POST", "/v1/nodes/fake1/drain?policy=all")
        #expect(all["moved"].elements?.map { $0["name"].text } == ["plain"])
        _ = try await cluster.answer("POST", "/v1/nodes/fake1/activate")
        #expect(try await cluster.maintenance.drainedEngines().isEmpty)
        try await cluster.create("newer")
        #expect(cluster.node(of: "newer") == "fake1")
        #expect(await cluster.refusal("POST", "/v1/nodes/nope/drain")?.status == 404)
        #expect(await cluster.refusal("POST", "/v1/nodes/fake1/drain?policy=some")?.status == 400)
    }

    @Test("a container that is being drained is ended by who drains it, however long that takes")
    func drainsInPeace() async throws {
        let cluster = try await TestCluster(count: 2)
        try await cluster.create("web", ["constraint:zone==~z1", "reschedule:on-node-failure"])
        _ = try await cluster.answer("POST", "/containers/web/start")
        cluster.engines.fail(0, .slow(.seconds(3)), on: "/stop")
        try await rescheduling(cluster) {
            let (_, document) = try await cluster.answer("POST", "/v1/nodes/fake1/drain")
            #expect(document["moved"].elements?.count == 1)
        }
        #expect(cluster.engines.calls(of: 0)["DELETE /containers/ID"] == 1)
        #expect(cluster.engines.containers(of: 0).isEmpty && cluster.engines.containers(of: 1) == ["web"])
    }

    @Test("rebalance: dry it only tells, and then it does what it told")
    func rebalances() async throws {
        let cluster = try await TestCluster(count: 2)
        for number in 0..<4 {
            try await cluster.create("c\(number)", ["constraint:zone==~z1", "reschedule:on-node-failure"])
        }
        let (_, dry) = try await cluster.answer("POST", "/v1/rebalance?dry=1")
        #expect(dry["dry"].boolean == true && dry["moves"].elements?.count == 0, "a wish keeps them where they are")
        for number in 4..<8 {
            try await cluster.create("c\(number)", ["reschedule:on-node-failure"])
        }
        #expect(cluster.engines.containers(of: 1).count == 4)
        _ = try await cluster.answer("POST", "/v1/nodes/fake2/drain")
        _ = try await cluster.answer("POST", "/v1/nodes/fake2/activate")
        #expect(cluster.engines.containers(of: 0).count == 8)
        let (_, told) = try await cluster.answer("POST", "/v1/rebalance?dry=1")
        #expect(told["moves"].elements?.count == 4 && cluster.engines.containers(of: 0).count == 8)
        let (_, done) = try await cluster.answer("POST", "/v1/rebalance")
        #expect(done["moves"].elements?.allSatisfy { $0["to"].text == "fake2" && $0["newId"].text != nil } == true)
        #expect((0..<2).map { cluster.engines.containers(of: $0).count } == [4, 4])
    }

    @Test("a global service: one on every node that takes it, started and removed as one")
    func servesEverywhere() async throws {
        let cluster = try await TestCluster(count: 3)
        let id = try await cluster.create(
            "agent", ["constraint:zone!=z3"], labels: #""com.docker.swarm.global":"agents""#)
        #expect((0..<3).map { cluster.engines.containers(of: $0) } == [["agent"], ["agent"], []])
        _ = try await cluster.answer("POST", "/containers/\(id)/start")
        #expect(cluster.cluster.read { $0.directory.instances(of: "agents").allSatisfy(\.condition.isRunning) })
        let again = await cluster.refusal(
            "POST", "/containers/create?name=other", #"{"Image":"lab:1","Labels":{"com.docker.swarm.global":"agents"}}"#
        )
        #expect(again?.status == 409)
        try await rescheduling(cluster) {
            let (_, drained) = try await cluster.answer("POST", "/v1/nodes/fake1/drain")
            #expect(drained["ended"].elements?.count == 1 && cluster.engines.containers(of: 0).isEmpty)
            _ = try await cluster.answer("POST", "/v1/nodes/fake1/activate")
            try await cluster.wait("an instance again") { state in
                state.directory.instances(of: "agents").count { $0.condition.isRunning } == 2
            }
            #expect(try await cluster.answer("DELETE", "/containers/agent?force=1").0 == 204)
        }
        #expect(cluster.engines.containerCount == 0)
    }
}
