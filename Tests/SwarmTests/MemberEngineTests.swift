import DockerEngine
import Foundation
import Lab
import Testing

@testable import Swarm

/// Engines as the cluster comes to know them, with fake ones that misbehave on demand.
@Suite(.timeLimit(.minutes(10)))
struct MemberEngineTests {
    @Test func `an engine is told of when all that is on it is known`() async throws {
        let engines = try FakeEngines(count: 2, containers: 3, labels: { ["zone=z\($0 + 1)", "node=x", "ostype=no"] })
        let watch = ClusterWatch()
        let (one, two) = (try engines.node(0), try engines.node(1))
        for address in [one, two, one] { watch.cluster.add(address) }
        try await watch.wait(for: ["fake1 connected", "fake2 connected"])
        try await watch.wait(forEvent: "engine_connect", of: "")
        #expect(watch.changes.count == 2)
        let (engine, names) = watch.cluster.read { state in
            (state.engines[one], state.containers(on: one).map(\.name).sorted())
        }
        #expect(names == ["c1-1", "c1-2", "c1-3"])
        let record = try #require(engine)
        #expect(record.standing.condition == .healthy && record.name == "fake1" && record.ip == one.host)
        #expect((record.running, record.paused, record.stopped) == (3, 0, 0))
        #expect(record.node.labels["zone"] == "z1" && record.node.labels["node"] == nil)
        #expect(record.node.labels["ostype"] == "linux" && record.node.labels["storagedriver"] != nil)
        #expect(record.hostProcessors == 4 && record.hostMemoryBytes == 16 << 30)
        #expect(record.node.memoryBytes == (16 << 30) + (16 << 30) * 5 / 100)
        #expect(record.version.hasPrefix("26.1.5") && record.apiVersion == "1.45" && record.updated != nil)
        #expect(record.node.images.map(\.tags) == [["lab:1"]] && record.holdings.networks.count == 3)
        #expect(watch.cluster.read { $0.container("c2-1")?.engine.address } == two)
        #expect(watch.cluster.read { $0.engine(named: "fake2")?.address } == two)
        #expect(watch.cluster.read { $0.engine(named: two.description)?.address } == two)
    }

    @Test func `what an event tells is known when it is told`() async throws {
        let engines = try FakeEngines(count: 1)
        let watch = ClusterWatch()
        let address = try engines.node(0)
        watch.cluster.add(address)
        try await watch.wait(for: ["fake1 connected"])
        let member = try #require(watch.cluster.member(address))
        let body = Array(#"{"Image":"lab:1","Labels":{"a":"b"}}"#.utf8)
        let reply = try await member.exchange(
            EngineCall(
                "POST", "/containers/create", query: [("name", "web")],
                fields: [("Content-Type", "application/json")], body: body, what: "create"))
        let id = try #require(try JSONValue(parsing: reply.body)["Id"].text)
        try await watch.wait(forEvent: "create", of: id)
        #expect(watch.cluster.read { $0.container("web")?.container.condition.state } == "created")
        _ = try await member.exchange(EngineCall("POST", "/containers/\(id)/start", what: "start"))
        try await watch.wait(forEvent: "start", of: id)
        #expect(watch.cluster.read { $0.container("web")?.container.condition.state } == "running")
        #expect(watch.cluster.read { $0.engines[address]?.running } == 1)
        _ = try await member.exchange(
            EngineCall("DELETE", "/containers/\(id)", query: [("force", "1")], what: "remove"))
        try await watch.wait(forEvent: "destroy", of: id)
        #expect(watch.cluster.read { $0.container("web") == nil && $0.engines[address]?.node.containers == [] })
        // An answer from before it was removed changes nothing.
        await member.refreshContainer(id)
        #expect(watch.cluster.read { $0.directory.count } == 0)
    }

    @Test func `an engine that is gone is lost, and back when it is back with what has happened meanwhile`()
        async throws
    {
        let engines = try FakeEngines(count: 2, containers: 2)
        let watch = ClusterWatch()
        let (one, two) = (try engines.node(0), try engines.node(1))
        for address in [one, two] { watch.cluster.add(address) }
        try await watch.wait(for: ["fake1 connected", "fake2 connected"])
        engines.fail(0, .refuse)
        try await watch.wait(for: ["fake1 disconnected"])
        let lost = try #require(watch.changes.last)
        #expect(lost.containers.map(\.name).sorted() == ["c1-1", "c1-2"] && !lost.hasLeft)
        let engine = try #require(watch.cluster.read { $0.engines[one] })
        #expect(engine.standing.condition == .unhealthy && engine.standing.health == 0)
        #expect(
            engine.standing.error
                == "Cannot connect to the Docker daemon at tcp://\(one). Is the docker daemon running?")
        #expect(watch.cluster.read { $0.container("c1-1")?.engine.standing.isAnswering } == false)
        engines.heal(0)
        try await watch.wait(for: ["fake1 reconnected"])
        #expect(watch.cluster.read { $0.engines[one]?.standing.condition } == .healthy)
        #expect(watch.cluster.read { $0.engines[one]?.standing.error } == "")
        #expect(watch.changes.map(\.kind) == [.connected, .connected, .disconnected, .reconnected])
        watch.cluster.remove(one)
        try await watch.wait(for: ["fake1 disconnected"])
        #expect(watch.cluster.read { $0.engines.count == 1 && $0.container("c1-1") == nil && $0.directory.count == 2 })
    }

    @Test(arguments: [FakeFault.hang, .slow(.seconds(20)), .garbage, .brokenOff])
    func `an engine that does not answer as one is lost while the others go on`(fault: FakeFault) async throws {
        let engines = try FakeEngines(count: 2, containers: 1)
        let watch = ClusterWatch { settings in
            settings.limits.ping = .seconds(2)
            settings.failuresMax = 2
        }
        let (one, two) = (try engines.node(0), try engines.node(1))
        for address in [one, two] { watch.cluster.add(address) }
        try await watch.wait(for: ["fake1 connected", "fake2 connected"])
        engines.fail(0, fault)
        let lost = try #require(watch.cluster.member(one))
        async let call: Void = {
            let error = await #expect(throws: DockerError.self) {
                try await lost.exchange(EngineCall("GET", "/info", what: "ask", deadline: .seconds(15)))
            }
            #expect(error?.kind != .cancelled)
        }()
        async let loss: Void = watch.wait(for: ["fake1 disconnected"])
        let member = try #require(watch.cluster.member(two))
        for _ in 0..<20 { #expect(try await member.exchange(EngineCall("GET", "/info", what: "ask")).isSuccess) }
        try await loss
        // Whoever waits for it is let go as soon as it is given up.
        await call
        #expect(watch.cluster.read { $0.engines[two]?.standing.health } == 100)
        engines.heal(0)
        try await watch.wait(for: ["fake1 reconnected"])
    }

    @Test func `of two engines with one ID the second waits until the first has left`() async throws {
        let (engines, copies) = (try FakeEngines(count: 1), try FakeEngines(count: 1))
        let watch = ClusterWatch()
        let (one, two) = (try engines.node(0), try copies.node(0))
        watch.cluster.add(one)
        try await watch.wait(for: ["fake1 connected"])
        watch.cluster.add(two)
        try await watch.wait(two) { !$0.standing.error.isEmpty }
        let engine = try #require(watch.cluster.read { $0.engines[two] })
        let id = try #require(watch.cluster.read { $0.engines[one]?.id })
        #expect(engine.standing.condition == .pending && engine.id.isEmpty)
        #expect(engine.standing.error == "ID duplicated. \(id) shared by this node \(two) and another node \(one)")
        watch.cluster.remove(one)
        try await watch.wait(two) { $0.standing.condition == .healthy && $0.id == id }
    }

    @Test func `what is no engine stays pending and says why`() async throws {
        let server = try TestBackend("no engine", .raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"))
        let closed = try FreePort.next()
        let watch = ClusterWatch()
        let one = try #require(NodeAddress(server.address))
        let two = try #require(NodeAddress("127.0.0.1:\(closed)"))
        for address in [one, two] { watch.cluster.add(address) }
        try await watch.wait(one) { !$0.standing.error.isEmpty }
        try await watch.wait(two) { !$0.standing.error.isEmpty }
        let (first, second) = watch.cluster.read { ($0.engines[one]?.standing, $0.engines[two]?.standing) }
        #expect(first?.condition == .pending && second?.condition == .pending)
        #expect(first?.error.contains("is an engine running there?") == true)
        #expect(second?.error.contains("Cannot connect to the Docker daemon at tcp://\(two)") == true)
        #expect(watch.cluster.read { $0.candidates.isEmpty } && watch.changes.isEmpty)
    }

    @Test func `a container that cannot be looked at keeps nothing else from being known`() async throws {
        let engines = try FakeEngines(count: 1, containers: 4)
        let address = try engines.node(0)
        let first = ClusterWatch()
        first.cluster.add(address)
        try await first.wait(for: ["fake1 connected"])
        let stuck = try #require(first.cluster.read { $0.container("c1-2")?.container.id })
        engines.fail(0, .hang, on: stuck)
        let watch = ClusterWatch { $0.glance = .milliseconds(300) }
        watch.cluster.add(address)
        try await watch.wait(for: ["fake1 connected"])
        #expect(watch.cluster.read { $0.containers(on: address).map(\.name).sorted() } == ["c1-1", "c1-3", "c1-4"])
        engines.heal(0)
        await watch.cluster.member(address)?.refreshContainers()
        #expect(watch.cluster.read { $0.directory.count } == 4)
    }
}
