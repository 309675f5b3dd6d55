import Synchronization
import Testing

@testable import Routing

@Suite struct HealthPolicyTests {
    @Test(arguments: [
        ("200", "200"), ("200-399", "200-399"), ("200,204, 301-302", "200,204,301-302"), ("100-599", "100-599"),
    ])
    func statusesAreRead(_ text: String, description: String) throws {
        let set = try #require(StatusSet(text))
        #expect(set.description == description)
        #expect(StatusSet(set.description) == set)
    }

    @Test(arguments: ["", "2xx", "200-", "-200", "399-200", "99", "600", "200,,204", "200-300-400", "2000", "٢٠٠"])
    func whatIsNoStatusIsNone(_ text: String) {
        #expect(StatusSet(text) == nil)
    }

    @Test func statusesAreAsWritten() throws {
        let set = try #require(StatusSet("200-299,404"))
        #expect([200, 250, 299, 404].allSatisfy { set.contains($0) })
        #expect(![199, 300, 403, 405, 0, .max].contains { set.contains($0) })
    }

    @Test(
        arguments: [
            ("healthz", "GET", nil, nil), ("/a b", "GET", nil, nil), ("/\r\nX: y", "GET", nil, nil),
            ("/", "get", nil, nil), ("/", "GET X", nil, nil), ("/", "GET", "a b", nil), ("/", "GET", "a\r\nb", nil),
            ("/", "GET", nil, "~("), ("/", "GET", nil, "~"), ("/", "GET", nil, ""),
        ] as [(String, String, String?, String?)])
    func whatCannotBeSentIsRefused(_ path: String, _ method: String, _ host: String?, _ body: String?) {
        var policy = HealthPolicy()
        policy.kind = .request
        policy.path = path
        policy.method = method
        policy.host = host
        policy.body = body
        #expect(policy.fault != nil)
        let service = ServiceDescription("s-80", ["10.0.0.1:80"]) { $0.checks = [policy] }
        let (table, problems) = RoutingTable.compile(TableDescription(services: [service]), previous: nil)
        #expect(problems.count == 1)
        #expect(table.endpoints.count == 1)
        #expect(table.check(of: 0) == nil)
    }

    @Test func checksAreTheSameObjectsFromTableToTable() throws {
        var policy = HealthPolicy()
        policy.kind = .connection
        var other = policy
        other.interval = 1_000
        let service = ServiceDescription("s-80", ["10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"]) {
            $0.checks = [HealthPolicy(), policy, other]
            $0.endpoints[1].check = 1
            $0.endpoints[2].check = 2
        }
        let twin = ServiceDescription("t-80", ["10.0.0.1:80"]) { $0.checks = [policy] }
        let first = TableDescription(services: [service, twin]).compiled()
        #expect(first.checks.count == 2)
        #expect((0..<4).map { first.check(of: $0) } == [nil, 0, 1, 0])
        let second = TableDescription(services: [twin]).compiled(previous: first)
        #expect(try second.checks[#require(second.check(of: 0))] === first.checks[0])
    }

    @Test func anEndpointThatIsDownGetsNothingWhileOthersAreIn() {
        let table = TableDescription(services: [ServiceDescription("s-80", ["10.0.0.1:80", "10.0.0.2:80"])]).compiled()
        var cursor: UInt32 = 0
        func chosen() -> Set<Int> {
            Set((0..<6).map { _ in table.endpoint(for: 0, cursor: &cursor, EndpointChoice(random: 0, now: 1)) })
        }
        table.states[0].health.store(EndpointHealth.down.rawValue, ordering: .relaxed)
        #expect(chosen() == [1])
        table.states[1].health.store(EndpointHealth.down.rawValue, ordering: .relaxed)
        #expect(chosen() == [0, 1])
        table.states[0].health.store(EndpointHealth.up.rawValue, ordering: .relaxed)
        #expect(chosen() == [0])
    }
}
