import Testing

@testable import Swarm

@Suite("Containers made anew from their inspections")
struct RecreationTests {
    private func creation(_ text: String, processors: Int64 = 0) throws -> ContainerCreation {
        let inspection = try JSONValue(parsing: Array(text.utf8))
        var placement = try #require(NodeContainer(inspection: inspection, processors: 2))
        placement.processors = processors
        return try ContainerCreation(inspection: inspection, placement: placement)
    }

    @Test("settings and labels stay; what the engine made up does not")
    func keepsSettings() throws {
        let made = try creation(
            #"""
            {"Id":"e612a5dbba8c6eea","Name":"/d1","Config":{"Hostname":"e612a5dbba8c","Image":"lab:1","Env":["A=1"],"Cmd":["x"],"MacAddress":"",
             "Labels":{"com.docker.swarm.id":"25","com.docker.swarm.constraints":"[\"zone==z1\"]","com.docker.swarm.reschedule-policies":"[\"on-node-failure\"]"}},
             "HostConfig":{"Binds":["data:/data"],"CpuShares":683,"Memory":7,"NetworkMode":"default","Links":["/a0:/d1/a0","/db:/d1/store"],
              "PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"83"}]},"RestartPolicy":{"Name":"always"}},
             "NetworkSettings":{"Networks":{"bridge":{"IPAddress":"172.17.0.3"}}}}
            """#, processors: 2)
        #expect(made.swarmID == "25" && made.policy == .onNodeFailure && made.image == "lab:1")
        #expect(made.request.constraints == ["zone==z1"] && made.request.processors == 2)
        #expect(made.request.links == ["a0:a0", "db:store"] && made.request.hostPorts == [.init(port: 83)])
        #expect(made.body["Hostname"].text == "" && made.body.object?["MacAddress"] == nil)
        #expect(made.body["HostConfig"]["Binds"].texts == ["data:/data"])
        #expect(made.body["HostConfig"]["RestartPolicy"]["Name"].text == "always")
        #expect(made.body["NetworkingConfig"] == .null)
        #expect(String(decoding: made.body(processors: 3), as: UTF8.self).contains(#""CpuShares":683"#))
    }

    @Test("networks: the first is made with the container, with what was asked for; the others are connected to after")
    func keepsNetworks() throws {
        let text = #"""
            {"Id":"e612a5dbba8c6eea","Config":{"Image":"i"},"HostConfig":{"NetworkMode":"front"},"NetworkSettings":{"Networks":{
             "front":{"IPAMConfig":{"IPv4Address":"10.1.0.5"},"Aliases":["web","e612a5dbba8c"],"IPAddress":"10.1.0.5","NetworkID":"n1"},
             "back":{"IPAMConfig":null,"Links":null,"Aliases":["e612a5dbba8c"],"DriverOpts":null,"IPAddress":"10.2.0.9"}}}}
            """#
        let made = try creation(text)
        let front = made.body["NetworkingConfig"]["EndpointsConfig"]["front"]
        #expect(front["Aliases"].texts == ["web"] && front["IPAMConfig"]["IPv4Address"].text == "10.1.0.5")
        #expect(front["IPAddress"] == .null)
        let connections = ContainerCreation.connections(of: try JSONValue(parsing: Array(text.utf8)))
        #expect(connections == [.init(network: "back", endpoint: .object(JSONObject()))])
    }

    @Test("moves are counted, and count for more than any clock")
    func countsMoves() throws {
        var made = try creation(#"{"Id":"e6","Config":{"Labels":{"com.docker.swarm.moves":"1"}}}"#)
        made.countMove()
        #expect(made.body["Labels"]["com.docker.swarm.moves"].text == "2")
        var cluster = try SampleCluster(nodes: 2)
        try cluster.run("web", on: 2, moves: true, labels: [SwarmLabel.moves: "1"])
        try cluster.run("web", on: 1, moves: true)
        #expect(cluster.state.supersededContainers.map(\.id) == ["web@1"])
        #expect(cluster.state.container("web")?.container.id == "web@2")
    }

    @Test("networks that are another's or the host's: nothing of its own is kept")
    func sharesNetworks() throws {
        let made = try creation(
            #"{"Id":"e6","Config":{"Hostname":"other","ExposedPorts":{"80/tcp":{}}},"HostConfig":{"NetworkMode":"container:db","PortBindings":{"80/tcp":[{"HostPort":"80"}]}}}"#
        )
        #expect(made.body["Hostname"].text == "" && made.body["ExposedPorts"] == .null)
        #expect(made.request.networkContainer == "db" && made.request.hostPorts.isEmpty)
        let host = try creation(#"{"Id":"e6","Config":{"Hostname":"vm"},"HostConfig":{"NetworkMode":"host"}}"#)
        #expect(host.body["Hostname"].text == "" && host.body["NetworkingConfig"] == .null)
        #expect(throws: PlacementError.self) {
            try ContainerCreation(inspection: .null, placement: NodeContainer(id: "x"))
        }
    }
}
