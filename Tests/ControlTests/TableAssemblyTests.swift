import Discovery
import KeyValue
import Routing
import Testing

@testable import Control

@Suite struct TableAssemblyTests {
    /// What a state makes of a configuration and a store.
    private func table(
        _ yaml: String = "", services: [String: String] = [:], routes: [String: String] = [:]
    ) throws -> (table: TableDescription, problems: [String]) {
        let file = ConfigurationFile(yaml, source: "p")
        try #require(file.errors.isEmpty)
        var state = ControlState(configuration: file.configuration, storeName: "memory:")
        state.take(services: .init(listing: listing("services/", services)), now: .zero)
        state.take(routes: .init(listing: listing("routes/", routes)), now: .zero)
        _ = state.advance(now: .zero)
        return (
            state.parts.description(generation: state.generation), state.problems.map { "\($0.subject): \($0.reason)" }
        )
    }

    private func leads(_ table: TableDescription) -> [String: String] {
        Dictionary(
            table.routes.flatMap { route in
                (route.hosts.isEmpty ? ["any"] : route.hosts).flatMap { host in
                    (route.paths.isEmpty ? [""] : route.paths).map { (host + $0, route.services.first?.service ?? "") }
                }
            }, uniquingKeysWith: { $0 + "+" + $1 })
    }

    @Test func `an operator's route is stronger than attributes, attributes than defaults`() throws {
        let (table, problems) = try table(
            "domains: [example.com]",
            services: [
                "shop-80/h:a:80": "10.0.0.1:80", "web-80/h:b:80": "10.0.0.2:80 host=shop.example.com,www.example.com",
                "api-80/h:c:80": "10.0.0.3:80",
            ],
            routes: ["front": "hosts: [WWW.example.com., api.example.com]\nservice: shop-80"])
        #expect(
            leads(table) == [
                "shop.example.com": "web-80", "shop-80.example.com": "shop-80",
                "WWW.example.com.": "shop-80", "api.example.com": "shop-80", "api-80.example.com": "api-80",
            ])
        #expect(
            problems == [
                "route web-80: www.example.com is route front's (memory:routes/front): "
                    + "give one of them another host or path"
            ])
    }

    @Test func `a part of a service has the service's settings, and its own endpoints`() throws {
        let (table, problems) = try table(
            "services: { web-80: { balance: least-connections } }",
            services: [
                "web-80/h:a:80": "10.0.0.1:80 host=a.example", "web-80/h:b:80": "10.0.0.2:80 host=b.example",
            ])
        #expect(leads(table) == ["a.example": "web-80@a.example", "b.example": "web-80@b.example"])
        #expect(problems.isEmpty)
        #expect(table.services.map(\.name) == ["web-80", "web-80@a.example", "web-80@b.example"])
        #expect(table.services.map { $0.endpoints.count } == [2, 1, 1])
        #expect(table.services.allSatisfy { $0.balance == .leastConnections })
    }

    @Test func `services that ask for the same place answer it together`() throws {
        let (table, problems) = try table(services: [
            "b-80/h:a:80": "10.0.0.1:80 host=x.example path=/one,/two",
            "a-80/h:b:80": "10.0.0.2:80 host=x.example,y.example path=/two weight=3",
        ])
        #expect(
            leads(table) == ["x.example/one": "b-80", "x.example/two": "@x.example_two", "y.example/two": "a-80"])
        let pool = try #require(table.services.first { $0.name == "@x.example_two" })
        #expect(pool.endpoints.map(\.address) == ["10.0.0.2:80", "10.0.0.1:80"])
        #expect(pool.endpoints.map(\.weight) == [3, 1])
        #expect(
            problems == [
                "route a-80: x.example/two is answered by a-80, b-80 together: "
                    + "give one of them another host or path if that is not meant"
            ])
    }

    @Test func `hosts that the same services share are one route, and an operator's route stays stronger`() throws {
        let both = "host=x.example,y.example,z.example"
        let (table, _) = try table(
            services: ["a-80/h:a:80": "10.0.0.1:80 \(both)", "b-80/h:b:80": "10.0.0.2:80 \(both)"],
            routes: ["own": "hosts: [z.example]\nservice: b-80"])
        #expect(table.routes.map(\.hosts) == [["x.example", "y.example"], ["z.example"]])
        #expect(leads(table)["x.example"] == "@x.example")
        #expect(leads(table)["z.example"] == "b-80")
        #expect(table.services.map(\.name) == ["@x.example", "a-80", "b-80"])
    }

    @Test func `parts of services share places too, and each endpoint is there once`() throws {
        let (table, _) = try table(services: [
            "a-80/h:a:80": "10.0.0.1:80 host=x.example", "a-80/h:b:80": "10.0.0.2:80 host=y.example",
            "b-80/h:c:80": "10.0.0.3:80 host=x.example", "b-80/h:d:80": "10.0.0.1:80 host=x.example",
        ])
        let pool = try #require(table.services.first { $0.name == "@x.example" })
        #expect(pool.endpoints.map(\.address) == ["10.0.0.1:80", "10.0.0.3:80"])
        #expect(leads(table)["y.example"] == "a-80@y.example")
    }

    @Test func `a pool's endpoints keep their checks`() throws {
        let (table, _) = try table(
            "services: { a-80: { health: { path: /a } } }",
            services: [
                "a-80/h:a:80": "10.0.0.1:80 host=x.example", "b-80/h:b:80": "10.0.0.2:80 host=x.example",
                "c-80/h:c:80": "10.0.0.3:80 host=x.example health=/c",
            ])
        let pool = try #require(table.services.first { $0.name == "@x.example" })
        let kinds = pool.endpoints.map { pool.checks[$0.check] }
        #expect(kinds.map(\.path) == ["/a", HealthPolicy().path, "/c"])
        #expect(kinds.map(\.kind) == [.request, .off, .request])
    }

    @Test(arguments: [
        ("", "strip=/one"), ("services: { b-80: { tls: { verify: false } } }", ""),
        ("services: { b-80: { protocol: h2c } }", ""),
    ])
    func `services that do different things with a place do not share it: the first by name has it`(
        configuration: String, more: String
    ) throws {
        let (table, problems) = try table(
            configuration,
            services: [
                "b-80/h:a:80": "10.0.0.1:80 host=x.example path=/one \(more)",
                "a-80/h:b:80": "10.0.0.2:80 host=x.example path=/one",
            ])
        #expect(leads(table) == ["x.example/one": "a-80"])
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("route b-80: x.example/one is route a-80's") == true)
    }

    @Test func `of endpoints' routes for the same requests the higher priority has them`() throws {
        let (table, problems) = try table(services: [
            "a-80/h:a:80": #"10.0.0.1:80 route="host=x.example methods=GET""#,
            "b-80/h:b:80": #"10.0.0.2:80 route="host=x.example methods=GET priority=5""#,
            "c-80/h:c:80": #"10.0.0.3:80 route="host=x.example methods=GET headers.X-A=1""#,
        ])
        let ways = table.routes.filter { $0.hosts == ["x.example"] }
        #expect(ways.map { $0.services.first?.service } == ["b-80", "c-80"])
        #expect(problems.count == 1)
        #expect(problems.first?.hasPrefix("route a-80: x.example is route b-80's") == true)
    }

    @Test func `an operator's route is stronger than a route of endpoints, for any host too`() throws {
        let (table, _) = try table(
            services: [
                "a-80/h:a:80": #"10.0.0.1:80 route="host=* path=/x priority=9" route_y="host=a.example methods=GET""#
            ],
            routes: ["any": "paths: [/x]\nservice: b-80", "own": "hosts: [a.example]\nmethods: [GET]\nservice: b-80"])
        #expect(table.routes.filter { $0.services.first?.service == "a-80" } == [])
        #expect(table.routes.map(\.name) == ["any", "own"])
    }

    @Test func `a route of endpoints has waits of its own on top of its service's`() throws {
        let (table, _) = try table(
            "services: { a-80: { timeouts: { connect: 3s, idle: 4s } } }",
            services: ["a-80/h:a:80": #"10.0.0.1:80 route_x="host=a.example timeouts.idle=1s limits.request_body=5""#])
        let route = try #require(table.routes.first { $0.name == "a-80@x" })
        #expect(route.timeouts?.connect == 3_000)
        #expect(route.timeouts?.idle == 1_000)
        #expect(route.requestBodyLimit == 5)
    }

    @Test func `the file's route of a name counts, and the store's is told so`() throws {
        let (table, problems) = try table(
            "routes: [{name: r, hosts: [a.example], service: x}]", services: ["x/h:a:80": "10.0.0.1:80"],
            routes: ["r": "hosts: [b.example]\nservice: x"])
        #expect(leads(table)["b.example"] == nil)
        #expect(problems == ["route r: the route of this name at p:1:10 counts: give one of them another name"])
    }

    @Test func `names of routes are unique whatever services are called`() throws {
        let (table, _) = try table(
            "routes: [{name: web-80, hosts: [a.example], service: web-80}]",
            services: ["web-80/h:a:80": "10.0.0.1:80"])
        #expect(table.routes.map(\.name) == ["web-80", "web-80@web.*"])
    }

    @Test func `a service that only a route names has no endpoint, and that is told`() throws {
        let (table, problems) = try table("routes: [{name: r, service: nope}]")
        #expect(table.services.map(\.name) == ["nope"])
        #expect(
            problems == [
                "route r: service nope has no endpoint: write one under services/nope/, or correct the name"
            ])
    }

    @Test func `defaults, attributes, services and routes each say more than the one before`() throws {
        let (table, _) = try table(
            """
            defaults: { balance: random-two, timeouts: { connect: 1s, idle: 9s }, limits: { request_body: 1k } }
            services:
              a-80: { timeouts: { connect: 3s } }
              c-80: { balance: round-robin, limits: { request_body: unlimited } }
            routes:
              - { name: r, service: a-80, timeouts: { idle: 1s }, retries: { attempts: 0 }, limits: { request_body: 5 } }
            """,
            services: [
                "a-80/h:a:80": "10.0.0.1:80", "b-80/h:b:80": "10.0.0.2:80 balance=least-connections",
                "c-80/h:c:80": "10.0.0.3:80 balance=least-connections",
            ])
        #expect(table.services.map(\.balance) == [.randomTwo, .leastConnections, .roundRobin])
        #expect(table.services.map(\.timeouts.connect) == [3_000, 1_000, 1_000])
        #expect(table.services.map(\.requestBodyLimit) == [1024, 1024, nil])
        let route = try #require(table.routes.first { $0.name == "r" })
        #expect(route.timeouts?.connect == 3_000)
        #expect(route.timeouts?.idle == 1_000)
        #expect(route.retries?.attempts == 0)
        #expect(route.requestBodyLimit == 5)
    }

    @Test func `one bad entry never holds up the others`() throws {
        let (table, problems) = try table(
            services: [
                "web-80/h:a:80": "10.0.0.1:80", "web-80/h:b:80": "10.0.0.2:80 weight=heavy", "nonsense": "x",
            ], routes: ["good": "service: web-80", "bad": "service: [", "worse": "\u{0}"])
        #expect(table.services.first?.endpoints.map(\.address) == ["10.0.0.1:80"])
        #expect(table.routes.map(\.name) == ["good", "web-80"])
        #expect(problems.count == 4)
    }
}

/// A listing of keys under a prefix.
func listing(_ prefix: String, _ values: [String: String], revision: UInt64 = 1) -> KeyValueListing {
    let entries = values.map { (prefix + $0.key, $0.value) }
        .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
        .map { KeyValueEntry(key: $0.0, value: Array($0.1.utf8), modifyIndex: revision) }
    return KeyValueListing(entries: entries, index: revision)
}
