import Discovery
import Gateway
import Routing
import Testing

@testable import Control

/// `allow`, `deny`, `https`, `basic_auth`, rates and trust in the configuration.
@Suite struct AccessConfigurationTests {
    private let sha = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="

    private func networks(_ texts: String...) -> [Network] { texts.compactMap { Network($0) } }

    @Test func `every key is understood, and the narrower wins`() throws {
        let file = ConfigurationFile(
            """
            trusted_proxies: [10.0.0.0/8]
            client_address: forwarded
            forwarded: true
            passwords:
              staff: { realm: internal, users: ["alice:\(sha)"], remove_header: true }
            listeners:
              - address: ":80"
                allow: 10.0.0.0/8
                limits: { rate: 500/s, connections_per_address: 200, connection_rate: 50/s burst=5, request_body: 1M }
            defaults:
              limits: { rate: 100/s }
              https: redirect
            services:
              api-80:
                deny: [10.1.0.0/16, "2001:db8::/32"]
                basic_auth: staff
                limits: { rate: { limit: 1000/m, burst: 50, by: "header:X-Key" }, bandwidth: 1M }
              old-80: { limits: { rate: 0 }, https: both }
            routes:
              - { name: open, service: api-80, basic_auth: false, redirect: https }
              - { name: own, paths: [/own], service: api-80, basic_auth: { users: ["bob:\(sha)"] }, limits: { rate: 5 by=route } }
            """, source: "portico.yaml")
        #expect(file.errors.map(\.description) == [])
        let configuration = file.configuration
        #expect(configuration.gateway.clientAddressField == .forwarded && configuration.gateway.sendsForwarded)
        let listener = try #require(configuration.listeners.first?.gateway)
        #expect(listener.access.allow == networks("10.0.0.0/8"))
        #expect(listener.access.rate == RateLimit(requests: 500))
        #expect(listener.connectionsPerAddress == 200 && listener.requestBodyLimit == 1 << 20)
        #expect(listener.connectionRate == RateLimit(requests: 50, burst: 5))

        var assembly = TableAssembly(configuration: configuration)
        let (parts, _) = assembly.assemble(groups: [], derived: [], storeRoutes: [])
        let api = try #require(parts.services.first { $0.name == "api-80" }?.value.access)
        #expect(api.deny == networks("10.1.0.0/16", "2001:db8::/32"))
        #expect(api.https == .redirect && api.bandwidth == 1 << 20)
        #expect(api.rate == RateLimit(requests: 1_000, period: 60, burst: 50, key: .header("X-Key")))
        #expect(api.basicAuth?.realm == "internal" && api.basicAuth?.removesHeader == true)
        #expect(api.basicAuth?.users == [PasswordEntry(user: "alice", hash: sha)])
        let routes = Dictionary(uniqueKeysWithValues: parts.routes.map { ($0.name, $0.value.access) })
        #expect(routes["open"]?.basicAuth?.isOff == true && routes["open"]?.https == .redirect)
        #expect(routes["own"]?.basicAuth?.users.map(\.user) == ["bob"])
        #expect(routes["own"]?.rate == RateLimit(requests: 5, key: .everyone))
    }

    @Test(arguments: [
        ("trusted_proxies: [10.0.0.1/8]", "c:1:19: network \"10.0.0.1/8\": \(Network.form)"),
        (
            "client_address: xff",
            "c:1:17: client_address is \"xff\": it is one of x-forwarded-for, forwarded, x-real-ip"
        ),
        (
            "defaults: { allow: [] }",
            "c:1:20: allow is empty: name the networks that are let in, or take it out to let in all"
        ),
        ("defaults: { https: always }", "c:1:20: https is \"always\": it is one of both, redirect, only, off"),
        ("defaults: { limits: { rate: 5/d } }", "c:1:29: limits.rate is \"5/d\": \(RateLimit.form)"),
        (
            "defaults: { limits: { rate: 5/s often } }",
            "c:1:29: limits.rate is \"5/s often\": \"often\" behind the rate is none of burst=N, by=KEY"
        ),
        (
            "defaults: { limits: { rate: { limit: 5/s, by: ip } } }",
            "c:1:47: limits.rate.by is \"ip\": it is address, header:NAME, cookie:NAME, route or service"
        ),
        (
            "defaults: { limits: { bandwidth: 5 } }",
            "c:1:34: limits.bandwidth is \"5\": it is at least 128 octets a second, or 0 for no limit"
        ),
        (
            "passwords: { a: { users: [\"bob:secret\"] } }",
            "c:1:27: a user: the hash of user bob is none that is understood: bcrypt ($2y$, as htpasswd -B writes), "
                + "SHA-512- and SHA-256-crypt ($6$, $5$), apr1 ($apr1$), {SHA}"
        ),
        (
            "passwords: { a: { users: missing.htpasswd } }",
            "c:1:26: users is \"missing.htpasswd\", which is not there: an htpasswd file"
        ),
        (
            "routes: [{ name: a, redirect: { to: /x }, basic_auth: staff }]",
            "c:1:55: a route that sends everybody elsewhere asks for no password: take basic_auth out"
        ),
        (
            "listeners: [{ address: \":80\", limits: { bandwidth: 1M } }]",
            "c:1:41: unknown key \"bandwidth\" in limits of a listener"
        ),
    ])
    func `what makes no sense is named with what would be right`(document: String, error: String) {
        let errors = ConfigurationFile(document, source: "c").errors.map(\.description)
        #expect(errors.contains { $0.hasPrefix(error) }, "\(errors)")
    }

    @Test func `lines of a file of passwords are named with file and line`() throws {
        let folder = try TemporaryDirectory()
        try WholeFile(directory: folder.path, name: "users").write(Array("alice:\(sha)\nbob\n".utf8))
        let file = ConfigurationFile("passwords: { a: { users: users } }", source: folder.path + "/portico.yaml")
        #expect(file.errors.map(\.description) == [folder.path + "/users:2:1: it is no USER:HASH"])
    }

    @Test func `where nobody is known by the name of a set nobody gets in`() {
        let file = ConfigurationFile("routes: [{ name: a, service: web-80, basic_auth: staf }]", source: "c")
        var assembly = TableAssembly(configuration: file.configuration)
        let (parts, _) = assembly.assemble(groups: [], derived: [], storeRoutes: [])
        let (_, problems) = RoutingTable.compile(parts.description(generation: 1), previous: nil)
        #expect(problems.contains { $0.reason.hasPrefix("asks for a password of the set staf") }, "\(problems)")
    }
}
