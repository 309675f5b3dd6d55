import Testing

@testable import Renderer

@Suite struct ConsulCatalogTests {
    private static let instances = """
        [{"Node": {"ID": "n", "Node": "vm", "Address": "10.0.0.9", "Datacenter": "dc1", "TaggedAddresses": {"lan": "10.0.0.9"},
                   "Meta": null},
          "Service": {"ID": "w2", "Service": "web", "Tags": ["b", "a"], "Address": "", "Meta": {"k": "v"}, "Port": 80,
                      "Weights": {"Passing": 5, "Warning": 2},
                      "TaggedAddresses": {"lan_ipv4": {"Address": "10.0.0.1", "Port": 80}}},
          "Checks": [{"Node": "vm", "CheckID": "serfHealth", "Name": "Serf", "Status": "passing", "Notes": "", "Output": "ok",
                      "ServiceID": "", "ServiceName": "", "Definition": {}}]},
         {"Node": {"Node": "vm"}, "Service": {"ID": "w1", "Service": "web", "Tags": null, "Address": "10.0.0.2"},
          "Checks": null}]
        """

    @Test func `instances have their node's address where they have none, sorted by node and id`() throws {
        let found = try ConsulCatalog.instances(Array(Self.instances.utf8), isSorted: true)
        #expect(found.map(\.id) == ["w1", "w2"])
        let web = try #require(found.last)
        #expect(web.address == "10.0.0.9" && web.port == 80 && web.tags == ["a", "b"] && web.status == "passing")
        #expect(
            web.passingWeight == 5 && web.warningWeight == 2 && web.serviceMeta == ["k": "v"] && web.nodeMeta == nil)
        #expect(web.serviceTaggedAddresses == ["lan_ipv4": .init(address: "10.0.0.1", port: 80)])
        #expect(web.checks?.first?.output == "ok")
        #expect(found.first?.checks == nil && found.first?.tags == [])
        #expect(try ConsulCatalog.instances(Array(Self.instances.utf8), isSorted: false).map(\.id) == ["w2", "w1"])
    }

    @Test(arguments: [
        ([], "passing"), ([("c", "passing")], "passing"), ([("c", "warning"), ("d", "passing")], "warning"),
        ([("c", "warning"), ("d", "critical")], "critical"), ([("c", "critical"), ("d", "warning")], "critical"),
        ([("_node_maintenance", "critical")], "maintenance"), ([("_service_maintenance:x", "critical")], "maintenance"),
        ([("c", "unheard of")], "critical"),
    ])
    func `the worst check is the state`(checks: [(String, String)], status: String) {
        let checks = checks.map { id, status in
            var check = HealthService.Check()
            check.id = id
            check.status = status
            return check
        }
        #expect(ConsulCatalog.status(of: checks) == status)
    }

    @Test func `nodes, services and names`() throws {
        let services = try ConsulCatalog.services(Array(#"{"web": ["b", "a"], "consul": [], "x": null}"#.utf8))
        #expect(services.map(\.name) == ["consul", "web", "x"] && services[1].tags == ["a", "b"])
        let node = try ConsulCatalog.node(
            Array(
                #"{"Node": {"Node": "vm"}, "Services": {"b": {"ID": "b", "Service": "s"}, "a": {"ID": "a", "Service": "s"}}}"#
                    .utf8))
        #expect(node?.node?.node == "vm" && node?.services.map(\.id) == ["a", "b"])
        #expect(try ConsulCatalog.node(Array("null".utf8)) == CatalogNode(node: nil))
        #expect(try ConsulCatalog.names(Array(#"["dc1"]"#.utf8)) == ["dc1"])
        #expect(throws: (any Error).self) { try ConsulCatalog.nodes(Array("<html>".utf8), isSorted: true) }
    }
}
