import Lab
import Synchronization
import Testing

@testable import Swarm

@Suite("Containers are created", .timeLimit(.minutes(5)))
struct CreationRouteTests {
    @Test("expressions say where, become labels, and are not the container's environment")
    func places() async throws {
        let cluster = try await TestCluster(count: 3)
        let id = try await cluster.create("web", ["constraint:zone==z2", "A=1"])
        #expect(cluster.node(of: "web") == "fake2")
        let (status, document) = try await cluster.answer("GET", "/v1.45/containers/web/json")
        #expect(status == 200 && document["Id"].text == id)
        #expect(document["Config"]["Env"].texts == ["A=1"])
        #expect(document["Config"]["Labels"]["com.docker.swarm.constraints"].text == #"["zone==z2"]"#)
        #expect(document["Config"]["Labels"]["com.docker.swarm.id"].text?.count == 64)
        #expect(document["Node"]["Name"].text == "fake2" && document["Node"]["Labels"]["zone"].text == "z2")
        let refused = await cluster.refusal(
            "POST", "/containers/create?name=x", #"{"Image":"lab:1","Env":["constraint:zone==z9"]}"#)
        #expect(refused?.status == 500)
        #expect(
            refused?.message
                == "Unable to find a node that satisfies the following conditions \n[available container slots]\n[zone==z9]"
        )
    }

    @Test("bad bodies and policies are refused")
    func refuses() async throws {
        let cluster = try await TestCluster(count: 1)
        for (body, status) in [("{bad", 400), ("{}", 400), ("[1]", 400), ("", 400)] {
            #expect(await cluster.refusal("POST", "/containers/create", body)?.status == status, "\(body)")
        }
        let policy = await cluster.refusal(
            "POST", "/containers/create", #"{"Image":"lab:1","Env":["reschedule:bogus"]}"#)
        #expect(policy == RequestError(500, "invalid reschedule policy: bogus"))
        let image = await cluster.refusal("POST", "/containers/create", #"{"Image":"nope:1"}"#)
        #expect(image?.status == 500 && image?.message == "manifest for nope not found")
        #expect(cluster.engines.calls(of: 0)["POST /images/create"] == 1)
        #expect(cluster.cluster.read { $0.pendingNames.isEmpty && $0.candidates[0].containers.isEmpty })
    }

    @Test("of many creations of one name at once one succeeds, and the name is in nobody's way after")
    func namesOnce() async throws {
        let cluster = try await TestCluster(count: 3)
        let outcomes = await withTaskGroup(of: String.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    await cluster.refusal("POST", "/containers/create?name=web", #"{"Image":"lab:1"}"#)?.message ?? ""
                }
            }
            var outcomes: [String] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        #expect(outcomes.count { $0.isEmpty } == 1)
        #expect(outcomes.count { $0.hasPrefix("Conflict: The name web is already assigned.") } == 7)
        #expect(cluster.engines.containerCount == 1)
        _ = try await cluster.answer("DELETE", "/containers/web")
        try await cluster.create("web")
    }

    @Test("those that shun each other spread, however many are asked for at once")
    func shuns() async throws {
        let cluster = try await TestCluster(count: 4)
        let refused = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<6 {
                group.addTask {
                    await cluster.refusal(
                        "POST", "/containers/create?name=c\(number)",
                        #"{"Image":"lab:1","Env":["affinity:test.label!=true"],"Labels":{"test.label":"true"}}"#) != nil
                }
            }
            var refused = 0
            for await isRefused in group where isRefused { refused += 1 }
            return refused
        }
        #expect(refused == 2)
        #expect((0..<4).allSatisfy { cluster.engines.containers(of: $0).count == 1 })
    }

    @Test("an engine that cannot be reached is not chosen again if there is another try")
    func triesAgain() async throws {
        let cluster = try await TestCluster(count: 2, retries: 1)
        cluster.engines.fail(0, .failing(500), on: "/create")
        cluster.engines.fail(1, .failing(500), on: "/create")
        let refused = await cluster.refusal("POST", "/containers/create", #"{"Image":"lab:1"}"#)
        #expect(refused?.message == "this engine fails on purpose")
        let calls = (0..<2).map { cluster.engines.calls(of: $0)["POST /containers/create"] ?? 0 }
        #expect(calls.reduce(0, +) == 2)
        cluster.engines.heal(0)
        cluster.engines.fail(1, .refuse)
        try await cluster.waitForRefusal(1)
        for number in 0..<4 { try await cluster.create("c\(number)") }
        #expect(cluster.engines.containers(of: 0).count == 4)
    }

    @Test("a manager that is not sure to be the primary places nothing")
    func isFenced() async throws {
        let refusal = RequestError(503, "not sure")
        let isPrimary = Mutex(true)
        let cluster = try await TestCluster(
            count: 1,
            confirmLeadership: { () async throws(RequestError) in
                guard isPrimary.withLock({ $0 }) else { throw refusal }
            })
        try await cluster.create("a")
        isPrimary.withLock { $0 = false }
        #expect(await cluster.refusal("POST", "/containers/create", #"{"Image":"lab:1"}"#) == refusal)
        #expect(await cluster.refusal("POST", "/v1/rebalance") == refusal)
        #expect(await cluster.refusal("POST", "/v1/nodes/fake1/drain") == refusal)
        #expect(cluster.engines.containerCount == 1)
    }
}
