import Routing
import Testing

@testable import Discovery

@Suite struct ServiceRoutesTests {
    private func routes(_ values: [String: String], domains: [String] = ["*"]) -> [String: RouteDescription] {
        var tree = ServiceTree(prefix: "", source: "t")
        tree.update(listing(values))
        var index = ServiceIndex()
        index.update(tree.endpoints, now: .zero)
        var routes = ServiceRoutes(domains: domains)
        return Dictionary(
            routes.update(index.groups).map { ($0.route.name, $0.route) }, uniquingKeysWith: { first, _ in first })
    }

    @Test(arguments: [
        (["*"], ["web.*", "web-80.*"]),
        (["example.com"], ["web.example.com", "web-80.example.com"]),
        (["a.example", "*"], ["web.a.example", "web-80.a.example", "web.*", "web-80.*"]),
        ([], []),
    ])
    func `a service without a host is reached by its name in each domain`(domains: [String], hosts: [String]) {
        let routes = routes(["Web-80/h:c:80": "10.0.0.1:80"], domains: domains)
        #expect(routes["Web-80"]?.hosts ?? [] == hosts)
        #expect(routes["Web-80"]?.services ?? [] == (hosts.isEmpty ? [] : [WeightedService(service: "Web-80")]))
    }

    @Test(arguments: [
        (["web-443", "web-80", "web-8080"], "web-80"),
        (["web-443", "web-8080", "web-9000"], "web-8080"),
        (["web-9000", "web-443"], "web-443"),
        (["web", "web-80"], "web"),
        (["web-1", "WEB-80"], "WEB-80"),
    ])
    func `a name without port is port 80's, or 8080's, or the lowest's`(names: [String], owner: String) {
        let values = Dictionary(uniqueKeysWithValues: names.map { ("\($0)/h:c:80", "10.0.0.1:80") })
        let owners = routes(values).values.filter { $0.hosts.contains("web.*") }
        #expect(owners.map(\.name) == [owner])
    }

    @Test func `hosts and paths of attributes replace the default hosts`() {
        let routes = routes([
            "web-80/h:a:80": "10.0.0.1:80 host=a.example path=/x strip", "web-80/h:b:80": "10.0.0.2:80 host=b.example",
            "web-80/h:c:80": "10.0.0.3:80",
        ])
        #expect(routes["web-80"]?.hosts == ["a.example"])
        #expect(routes["web-80"]?.paths == ["/x"])
        #expect(routes["web-80"]?.stripPrefix == "/x")
        #expect(routes["web-80@b.example"]?.hosts == ["b.example"])
        #expect(routes["web-80@web.*"]?.hosts == ["web.*", "web-80.*"])
        #expect(routes.count == 3)
    }

    @Test func `endpoints of one service with hosts of their own answer for these alone`() throws {
        let values = [
            "web-80/h:a:80": "10.0.0.1:80 host=a.example,both.example",
            "web-80/h:b:80": "10.0.0.2:80 host=both.example",
            "web-80/h:c:80": "10.0.0.3:80", "web-80/h:d:80": "10.0.0.4:80 host=d.example path=/x",
        ]
        let routes = routes(values)
        var tree = ServiceTree(prefix: "", source: "t")
        tree.update(listing(values))
        var index = ServiceIndex()
        index.update(tree.endpoints, now: .zero)
        let group = try #require(index.groups.first)
        func endpoints(of host: String) -> [String] {
            let service = routes.values.first { $0.hosts.contains(host) }?.services.first?.service
            return group.parts.first { $0.name == service }?.service.endpoints.map(\.address) ?? []
        }
        #expect(endpoints(of: "a.example") == ["10.0.0.1:80"])
        #expect(endpoints(of: "both.example") == ["10.0.0.1:80", "10.0.0.2:80"])
        #expect(endpoints(of: "d.example") == ["10.0.0.4:80"])
        // Who asks for nothing is found by the service's name alone.
        #expect(endpoints(of: "web.*") == ["10.0.0.3:80"])
        #expect(
            Set(group.parts.map(\.name)) == [
                "web-80@a.example", "web-80@both.example", "web-80@d.example_x", "web-80@default",
            ])
        #expect(group.service.endpoints.count == 4)
        #expect(routes.count == 4)
    }

    @Test func `hosts with the same endpoints are one route, and what all ask for is the whole service's`() throws {
        let routes = routes([
            "web-80/h:a:80": "10.0.0.1:80 host=a.example,b.example,c.example",
            "web-80/h:b:80": "10.0.0.2:80 host=c.example",
        ])
        #expect(routes["web-80"]?.hosts == ["a.example", "b.example"])
        #expect(routes["web-80"]?.services == [WeightedService(service: "web-80@a.example")])
        #expect(routes["web-80@c.example"]?.services == [WeightedService(service: "web-80")])
        #expect(routes.count == 2)
    }

    @Test func `one that works beside those with a host gets none of its requests`() {
        let values = ["web-80/h:a:80": "10.0.0.1:80 host=a.example", "web-80/h:worker:80": "10.0.0.2:80"]
        let named = routes(values)
        #expect(named["web-80"]?.hosts == ["a.example"])
        #expect(named["web-80"]?.services.map(\.service) == ["web-80@a.example"])
        #expect(named["web-80@web.*"]?.services.map(\.service) == ["web-80@default"])
        #expect(routes(values, domains: []).keys.sorted() == ["web-80"])
    }

    @Test func `a path alone goes with the default hosts`() {
        let routes = routes(["web-80/h:a:80": "10.0.0.1:80 path=/x"])
        #expect(routes["web-80"]?.hosts == ["web.*", "web-80.*"])
        #expect(routes["web-80"]?.paths == ["/x"])
    }

    @Test(arguments: ["*-80", "~x-80", "a.b-80", ".-80", "ü-80"])
    func `a name that is no label never becomes a pattern`(name: String) {
        let hosts = routes(["\(name)/h:a:80": "10.0.0.1:80"], domains: ["*", "example.com"]).values.flatMap(\.hosts)
        #expect(hosts == (name == "a.b-80" ? ["a.b.example.com", "a.b-80.example.com"] : []))
    }
}
