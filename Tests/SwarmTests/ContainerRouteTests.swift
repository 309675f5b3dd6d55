import DockerEngine
import Lab
import Testing

@testable import Swarm

@Suite("Requests about containers", .timeLimit(.minutes(5)))
struct ContainerRouteTests {
    @Test("what goes on to an engine has the full ID, the version of both, and the query as it was")
    func splices() async throws {
        let cluster = try await TestCluster(count: 2)
        let id = try await cluster.create("v1", ["constraint:zone==z2"])
        let engine = cluster.engines.addresses[1]
        for (method, target, expected) in [
            (
                "GET", "/v1.47/containers/v1/logs?stdout=1&since=a%2Bb",
                "/v1.45/containers/\(id)/logs?stdout=1&since=a%2Bb"
            ),
            ("GET", "/v1.30/containers/fake2/v1/stats", "/v1.30/containers/\(id)/stats"),
            ("POST", "/containers/\(id.prefix(12))/attach?stream=1", "/containers/\(id)/attach?stream=1"),
            ("PUT", "/v1.41/containers/v1/archive?path=/tmp", "/v1.41/containers/\(id)/archive?path=/tmp"),
            (
                "POST", "/v1.41/containers/v1/wait?condition=next-exit",
                "/v1.41/containers/\(id)/wait?condition=next-exit"
            ),
            ("POST", "/v1.41/commit?repo=r&container=v1&tag=t", "/v1.41/commit?repo=r&container=\(id)&tag=t"),
        ] {
            let splice = try await cluster.splice(method, target)
            #expect(splice.target == expected)
            #expect(splice.engine.address.description.contains(engine))
        }
        #expect(try await cluster.splice("POST", "/containers/v1/stop").afterwards != nil)
        #expect(try await cluster.splice("GET", "/containers/v1/logs").afterwards == nil)
    }

    @Test("what is not there is refused in the words of each route")
    func missesContainers() async throws {
        let cluster = try await TestCluster(count: 1)
        for (method, target, message) in [
            ("GET", "/containers/nope/json", "No such container nope"),
            ("POST", "/containers/nope/start", "No such container nope"),
            ("GET", "/containers/nope/logs", "No such container: nope"),
            ("POST", "/containers/nope/rename?name=x", "No such container: nope"),
            ("POST", "/commit?container=nope", "No such container: nope"),
            ("DELETE", "/containers/nope", "Container nope not found"),
            ("POST", "/exec/nope/start", "Exec nope not found"),
        ] {
            #expect(await cluster.refusal(method, target) == RequestError(404, message), "\(target)")
        }
        #expect(await cluster.refusal("POST", "/containers/nope/exec", #"{"Cmd":["a"]}"#)?.status == 404)
        #expect(
            await cluster.refusal("POST", "/containers/nope/exec", #"{"Cmd":[]}"#)
                == RequestError(400, "No exec command specified"))
    }

    @Test("on an engine that does not answer, its containers are said to be there")
    func namesTheUnhealthy() async throws {
        let cluster = try await TestCluster(count: 2)
        try await cluster.create("web", ["constraint:zone==z1"])
        cluster.engines.fail(0, .refuse)
        try await cluster.wait("a lost engine") { $0.engines.values.contains(where: \.standing.isLost) }
        for target in ["/containers/web/json", "/containers/web/logs"] {
            #expect(
                await cluster.refusal("GET", target)
                    == RequestError(500, "Container web running on unhealthy node fake1"))
        }
    }

    @Test("start, rename, remove: known as soon as they are answered")
    func changes() async throws {
        let cluster = try await TestCluster(count: 2)
        let id = try await cluster.create("web")
        try await cluster.create("db")
        #expect(try await cluster.answer("POST", "/containers/web/start", "{}").0 == 204)
        #expect(cluster.cluster.read { $0.container("web")?.container.condition.state } == "running")
        #expect(try await cluster.answer("POST", "/containers/web/start").0 == 304)
        let taken = await cluster.refusal("POST", "/containers/web/rename?name=db")
        #expect(taken?.status == 409 && taken?.message.hasPrefix("Conflict: The name db is already assigned.") == true)
        #expect(try await cluster.answer("POST", "/containers/web/rename?name=shop").0 == 204)
        #expect(cluster.cluster.read { $0.container("shop")?.container.id } == id)
        #expect(cluster.node(of: "web") == nil)
        #expect(await cluster.refusal("DELETE", "/containers/shop")?.status == 409)
        #expect(try await cluster.answer("DELETE", "/containers/shop?force=1").0 == 204)
        #expect(cluster.node(of: "shop") == nil)
    }

    @Test("a build goes where its arguments say, and what belongs to it goes there too")
    func builds() async throws {
        let cluster = try await TestCluster(count: 3)
        let arguments = "%7B%22constraint:zone%22:%22=z3%22,%22A%22:%221%22%7D"
        let build = try await cluster.splice("POST", "/v1.40/build?t=x&buildargs=\(arguments)&buildid=b1&session=s1")
        #expect(build.engine.address.description.contains(cluster.engines.addresses[2]))
        #expect(build.target == "/v1.40/build?t=x&buildargs=%7B%22A%22%3A%221%22%7D&buildid=b1&session=s1")
        #expect(build.afterwards != nil)
        let cancel = try await cluster.splice("POST", "/build/cancel?id=b1")
        #expect(cancel.engine.address == build.engine.address)
        let upload = try await cluster.splice("POST", "/build?buildid=upload-request:b1")
        #expect(upload.engine.address == build.engine.address)
        guard
            case .splice(let session) = try await cluster.reply(
                "POST", "/session", fields: [("X-Docker-Expose-Session-Uuid", "s1")])
        else { throw LabError("a session that goes nowhere") }
        #expect(session.engine.address == build.engine.address)
        let refused = await cluster.refusal("POST", "/build?buildargs=%7B%22constraint:node%22:%22=node-9%22%7D")
        #expect(
            refused?.message
                == "Unable to find a node that satisfies the following conditions \n[available container slots]\n[node==node-9]"
        )
        #expect(await cluster.refusal("POST", "/build/cancel") == RequestError(400, "build ID not provided"))
        #expect(await cluster.refusal("POST", "/session") == RequestError(400, "no session ID provided"))
        #expect(await cluster.refusal("POST", "/build?buildargs=x")?.status == 400)
    }
}
