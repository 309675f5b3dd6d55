import Testing

@testable import Swarm

@Suite("ContainerCreation")
struct ContainerCreationTests {
    private func creation(_ text: String) throws -> ContainerCreation {
        try ContainerCreation(body: JSONValue(parsing: Array(text.utf8)), swarmID: "5209ad")
    }

    @Test("expressions leave the environment for labels, and join those that are there")
    func movesExpressions() throws {
        let made = try creation(
            #"""
            {"Image":"lab:1","Env":["PATH=/bin","constraint:storage==ssd","affinity:app==~front","reschedule:on-node-failure"],
             "Labels":{"app":"web","com.docker.swarm.constraints":"[\"zone==z3\"]"},"Unknown":[1.50]}
            """#)
        #expect(made.request.constraints == ["zone==z3", "storage==ssd"])
        #expect(made.request.affinities == ["app==~front"])
        #expect(made.policy == .onNodeFailure && made.image == "lab:1" && made.swarmID == "5209ad")
        #expect(made.body["Env"].texts == ["PATH=/bin"])
        #expect(made.body["Unknown"] == .array([.number("1.50")]))
        let labels = made.body["Labels"]
        #expect(labels["com.docker.swarm.constraints"].text == #"["zone==z3","storage==ssd"]"#)
        #expect(labels["com.docker.swarm.affinities"].text == #"["app==~front"]"#)
        #expect(labels["com.docker.swarm.reschedule-policies"].text == #"["on-node-failure"]"#)
        #expect(labels["com.docker.swarm.id"].text == "5209ad" && labels["app"].text == "web")
    }

    @Test("an ID that is there stays, and a body without anything gets one")
    func keepsID() throws {
        #expect(try creation(#"{"Labels":{"com.docker.swarm.id":"77"}}"#).swarmID == "77")
        let bare = try creation("{}")
        #expect(bare.body["Labels"]["com.docker.swarm.id"].text == "5209ad" && bare.body["Env"] == .null)
    }

    @Test("demands: memory, processors, ports, dependencies")
    func readsDemands() throws {
        let made = try creation(
            #"""
            {"ExposedPorts":{"80/tcp":{}},"Memory":7,"HostConfig":{"Memory":0,"CpuShares":2,"VolumesFrom":["a:ro"],
             "Links":["b:x"],"NetworkMode":"container:c",
             "PortBindings":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostPort":"9000-9010"}],"53/udp":[{"HostPort":""}]}}}
            """#)
        #expect(made.request.memoryBytes == 7 && made.request.processors == 2)
        #expect(made.request.hostPorts == [.init(port: 8080)])
        #expect(made.request.volumesFrom == ["a:ro"] && made.request.links == ["b:x"])
        #expect(made.request.networkContainer == "c" && made.request.exposedHostPorts.isEmpty)
        #expect(String(decoding: made.body(processors: 3), as: UTF8.self).contains(#""CpuShares":683"#))
        let host = try creation(#"{"ExposedPorts":{"80/tcp":{}},"HostConfig":{"NetworkMode":"host"}}"#)
        #expect(host.request.exposedHostPorts == ["80/tcp"])
    }

    @Test("a constraint that is added is kept")
    func addsConstraints() throws {
        var made = try creation("{}")
        made.constrain("ostype==linux")
        #expect(made.request.constraints == ["ostype==linux"])
        #expect(made.body["Labels"]["com.docker.swarm.constraints"].text == #"["ostype==linux"]"#)
    }

    @Test("a network of a node is named to the engine as the engine names it, wherever it is named")
    func namesNetworks() throws {
        var made = try creation(
            #"{"HostConfig":{"NetworkMode":"dh1/net"},"NetworkingConfig":{"EndpointsConfig":{"dh1/net":{"Aliases":["a"]},"b":{}}}}"#
        )
        made.use(network: "dh1/net", as: "net")
        #expect(made.body["HostConfig"]["NetworkMode"].text == "net")
        let endpoints = made.body["NetworkingConfig"]["EndpointsConfig"].object?.members ?? []
        #expect(endpoints.map(\.name) == ["net", "b"] && endpoints.first?.value["Aliases"].texts == ["a"])
    }

    @Test("policies that cannot be are refused")
    func refusesPolicies() {
        #expect(throws: PlacementError("invalid reschedule policy: never")) {
            try creation(#"{"Env":["reschedule:never"]}"#)
        }
    }

    @Test("what an engine says of a container: ports bound and wished for, processors from shares, its own name first")
    func readsInspections() throws {
        let text = #"""
            {"Id":"e612","Name":"/web","Config":{"Labels":{"com.docker.swarm.id":"25"}},
             "HostConfig":{"Memory":5,"CpuShares":683,"NetworkMode":"default","PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]}},
             "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],"81/tcp":[{"HostIp":"0.0.0.0","HostPort":"32768"}],"82/tcp":null}}}
            """#
        let value = try JSONValue(parsing: Array(text.utf8))
        let container = try #require(NodeContainer(inspection: value, names: ["/db/alias", "/web"], processors: 3))
        #expect(container.names == ["web", "db/alias"] && container.swarmID == "25")
        #expect(container.processors == 2 && container.memoryBytes == 5)
        #expect(container.hostPorts == [.init(port: 8080), .init(port: 32768)])
        #expect(NodeContainer(inspection: .null, processors: 1) == nil)
    }
}
