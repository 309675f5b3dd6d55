import Testing

@testable import KeyValue

@Suite struct CatalogEntriesTests {
    private static func settings(_ change: (inout StoreURL.Catalog) -> Void = { _ in }) -> StoreURL.Catalog {
        var settings = StoreURL.Catalog(consul: StoreURL.Consul(addresses: []))
        change(&settings)
        return settings
    }

    private static func instance(
        _ service: String, _ id: String, _ port: UInt16 = 8080, node: String = "n1",
        _ change: (inout CatalogInstance) -> Void = { _ in }
    ) -> CatalogInstance {
        var instance = CatalogInstance(node: node, service: service, id: id, address: "10.0.0.5", port: port)
        change(&instance)
        return instance
    }

    private func listing(
        _ instances: [CatalogInstance], _ settings: StoreURL.Catalog = settings(), hadPorts: Bool = false
    ) -> [String: String] {
        var hadPorts = hadPorts
        let entries = CatalogEntries(settings: settings).entries(instances, hadPorts: &hadPorts)
        return Dictionary(
            uniqueKeysWithValues: entries.map { ($0.key, String(decoding: $0.value, as: UTF8.self)) })
    }

    @Test func `services with one port are called by it`() {
        #expect(
            listing([Self.instance("web", "web-1"), Self.instance("web", "web-2", node: "n2")]) == [
                "services/web-8080/n1:web-1:8080": "10.0.0.5:8080", "services/web-8080/n2:web-2:8080": "10.0.0.5:8080",
            ])
        #expect(listing([Self.instance("web-8080", "w")]) == ["services/web-8080/n1:w:8080": "10.0.0.5:8080"])
        #expect(
            listing([Self.instance("web", "w")], Self.settings { $0.namesPorts = false }) == [
                "services/web/n1:w:8080": "10.0.0.5:8080"
            ])
        #expect(
            listing([Self.instance("web", "w")], Self.settings { $0.prefix = "apps/" }) == [
                "apps/web-8080/n1:w:8080": "10.0.0.5:8080"
            ])
    }

    @Test func `instances with ports of their own serve one service, and go on to when one is left`() {
        let instances = [Self.instance("web", "a", 31001), Self.instance("web", "b", 31002)]
        #expect(
            listing(instances) == [
                "services/web/n1:a:31001": "10.0.0.5:31001", "services/web/n1:b:31002": "10.0.0.5:31002",
            ])
        #expect(listing([instances[0]], hadPorts: true) == ["services/web/n1:a:31001": "10.0.0.5:31001"])
    }

    @Test func `what a registrator made is called by the container's port`() {
        let instances = [
            Self.instance("lab", "dh1:random:80", 32773), Self.instance("lab", "dh1:single:80", 8081),
            Self.instance("lab-443", "dh1:multi:443", 8443), Self.instance("lab-53", "dh1:multi:53:udp", 53),
            Self.instance("web", "web-id", 8083),
        ]
        #expect(
            listing(instances).mapValues { $0 } == [
                "services/lab-80/n1:dh1:random:80": "10.0.0.5:32773",
                "services/lab-80/n1:dh1:single:80": "10.0.0.5:8081",
                "services/lab-443/n1:dh1:multi:443": "10.0.0.5:8443",
                "services/lab-53/n1:dh1:multi:53:udp": "10.0.0.5:53",
                "services/web-8083/n1:web-id:8083": "10.0.0.5:8083",
            ])
    }

    @Test func `what no key may hold is encoded, and no two instances share a key`() {
        let instances = [
            Self.instance("a/b c%", "x:y", node: "n:1/"), Self.instance("a/b c%", "x", node: "n:1/"),
            Self.instance("a/b c%", "x%3Ay", node: "n:1/"), Self.instance("a/b c%", "x/y z", node: "n:1/"),
        ]
        #expect(
            Set(listing(instances).keys) == [
                "services/a%2Fb%20c%25-8080/n%3A1%2F:x%3Ay:8080", "services/a%2Fb%20c%25-8080/n%3A1%2F:x:8080",
                "services/a%2Fb%20c%25-8080/n%3A1%2F:x%253Ay:8080",
                "services/a%2Fb%20c%25-8080/n%3A1%2F:x%2Fy%20z:8080",
            ])
    }

    @Test func `only what is well has an entry, and what is in maintenance drains`() {
        let instances = [
            Self.instance("web", "passing"), Self.instance("web", "warning") { $0.status = .warning },
            Self.instance("web", "critical") { $0.status = .critical },
            Self.instance("web", "maintenance") { $0.status = .maintenance },
        ]
        #expect(
            listing(instances) == [
                "services/web-8080/n1:passing:8080": "10.0.0.5:8080",
                "services/web-8080/n1:warning:8080": "10.0.0.5:8080",
                "services/web-8080/n1:maintenance:8080": "10.0.0.5:8080 drain",
            ])
        let strict = listing(instances, Self.settings { $0.isPassingOnly = true })
        #expect(strict["services/web-8080/n1:warning:8080"] == nil)
        #expect(strict.count == 2)
    }

    @Test func `what is not for an edge is left out`() {
        let instances = [
            Self.instance("consul", "consul", 8300), Self.instance("web", "no-port", 0),
            Self.instance("web", "proxy") { $0.isMesh = true },
            Self.instance("web", "off") { $0.meta = ["portico_enable": "false"] },
        ]
        #expect(listing(instances).isEmpty)
    }

    @Test func `IPv6 stands in brackets`() {
        let entries = listing([Self.instance("web", "a") { $0.address = "2001:db8::1" }])
        #expect(entries.values.first == "[2001:db8::1]:8080")
    }

    @Test(arguments: [
        ("services/", true), ("services/web", true), ("services/web-80/", true), ("services/we", true),
        ("services/web/n1:a:80", true), ("services/app", false), ("services/w", true),
    ])
    func `a prefix chooses the services to ask for`(prefix: String, isWanted: Bool) {
        #expect(CatalogEntries(settings: Self.settings()).isWanted(service: "web", under: prefix) == isWanted)
    }

    @Test func `Consul's answer is read`() throws {
        let json = """
            [{"Node":{"ID":"x","Node":"n1","Address":"10.0.0.9","Meta":null},"Service":{"ID":"w1","Service":"web",
            "Tags":null,"Address":"","Meta":null,"Port":80,"Weights":{"Passing":10,"Warning":1},"Kind":"",
            "CreateIndex":14,"ModifyIndex":15},"Checks":[{"Node":"n1","CheckID":"serfHealth","Status":"passing"},
            {"CheckID":"service:w1","Status":"warning"}]},
            {"Node":{"Node":"n2","Address":"10.0.0.8"},"Service":{"ID":"w2","Service":"web","Tags":["a"],
            "Address":"10.1.0.1","Meta":{"k":"v"},"Port":81,"Kind":"connect-proxy"},
            "Checks":[{"CheckID":"_service_maintenance:w2","Status":"critical"}]}]
            """
        let instances = try CatalogInstance.instances(Array(json.utf8))
        #expect(instances.map(\.address) == ["10.0.0.9", "10.1.0.1"])
        #expect(instances.map(\.status) == [.warning, .maintenance])
        #expect(instances.map(\.isMesh) == [false, true])
        #expect(instances[0].weights == (10, 1))
        #expect(instances[0].modifyIndex == 15)
        #expect(instances[1].meta == ["k": "v"])
        #expect(throws: (any Error).self) { try CatalogInstance.instances(Array("{}".utf8)) }
    }
}
