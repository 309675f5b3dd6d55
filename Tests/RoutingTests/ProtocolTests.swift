import Testing

@testable import Routing

/// What endpoints speak, and how a worker sees that it changed.
@Suite struct ProtocolTests {
    /// A service `s` of endpoints that speak `protocols`.
    private func service(
        _ protocols: [EndpointProtocol?], service: EndpointProtocol = .http, tls: UpstreamTLS? = nil
    ) -> ServiceDescription {
        ServiceDescription("s", protocols.indices.map { "10.0.0.\($0 + 1):80" }) {
            $0.protocol = service
            $0.tls = tls
            for (index, spoken) in protocols.enumerated() { $0.endpoints[index].protocol = spoken }
        }
    }

    private func policy(_ serverName: String) -> UpstreamTLS {
        var policy = UpstreamTLS()
        policy.serverName = serverName
        return policy
    }

    @Test func `an endpoint speaks what it says, else what its service does`() {
        let table = TableDescription(services: [service([nil, .http, .h2c, .https, .h2], service: .h2c)]).compiled()
        #expect(table.endpoints.map(\.protocol) == [.h2c, .http, .h2c, .https, .h2])
        let plain = TableDescription(services: [service([nil])]).compiled()
        #expect(plain.endpoints.map(\.protocol) == [.http])
        #expect(EndpointProtocol.allCases.filter(\.isSecure) == [.https, .h2])
        #expect(EndpointProtocol.allCases.filter(\.isHTTP2Only) == [.h2c, .h2])
    }

    @Test func `each policy is in the table once, whoever names it`() {
        var services = ["a.test", "b.test", "a.test"].map { service([.https], tls: policy($0)) }
        services.append(service([.https]))
        for index in services.indices { services[index].name = "s\(index)" }
        let table = TableDescription(services: services).compiled()
        #expect(table.services.map(\.upstreamTLS) == [0, 1, 0, -1])
        #expect(table.upstreamTLS == [policy("a.test"), policy("b.test")])
    }

    @Test func `an endpoint keeps its dialect as long as protocol and policy stay`() {
        let first = TableDescription(services: [service([.https, .http], tls: policy("a.test"))]).compiled()
        let dialects = first.endpoints.map(\.dialect)
        #expect(Set(dialects).count == 2)
        #expect(!dialects.contains(0))
        // A new neighbour, another order of policies: nothing of the endpoints themselves.
        var other = service([.h2], tls: policy("b.test"))
        other.name = "a"
        let second = TableDescription(services: [other, service([.https, .http], tls: policy("a.test"))])
            .compiled(previous: first)
        #expect(second.endpoints.dropFirst().map(\.dialect) == dialects)
        #expect(second.services.map(\.upstreamTLS) == [0, 1])
    }

    @Test func `another protocol or policy is another dialect in the same slot, for good`() {
        let first = TableDescription(services: [service([.https, .http], tls: policy("a.test"))]).compiled()
        let second = TableDescription(services: [service([.https, .h2c], tls: policy("b.test"))])
            .compiled(previous: first)
        let third = TableDescription(services: [service([.https, .http], tls: policy("a.test"))])
            .compiled(previous: second)
        #expect(first.endpoints.map(\.slot) == second.endpoints.map(\.slot))
        #expect(first.states[0] === third.states[0])
        let secure = [first, second, third].map { $0.endpoints[0].dialect }
        let plain = [first, second, third].map { $0.endpoints[1].dialect }
        #expect(Set(secure + plain).count == 6)
    }

    @Test func `a policy means nothing in the clear, and the defaults are the same said or not`() {
        let first = TableDescription(services: [service([.http, .https])]).compiled()
        let second = TableDescription(services: [service([.http, .https], tls: UpstreamTLS())])
            .compiled(previous: first)
        #expect(first.endpoints.map(\.dialect) == second.endpoints.map(\.dialect))
        let third = TableDescription(services: [service([.http, .https], tls: policy("a.test"))])
            .compiled(previous: second)
        #expect(third.endpoints[0].dialect == first.endpoints[0].dialect)
        #expect(third.endpoints[1].dialect != first.endpoints[1].dialect)
    }

    @Test func `a policy that nobody can follow takes down no table`() {
        var bad = UpstreamTLS()
        bad.authorities = [1, 2, 3]
        bad.key = []
        let (table, problems) = RoutingTable.compile(
            TableDescription(services: [service([.https], tls: bad)]), previous: nil)
        #expect(problems.isEmpty)
        #expect(table.upstreamTLS == [bad])
    }
}
