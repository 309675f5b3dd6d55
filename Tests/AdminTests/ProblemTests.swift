import Synchronization
import KeyValue
import Lab
import Routing
import Testing

@testable import Admin
@testable import Control
@testable import Gateway

/// What is wrong, found.
@Suite(.timeLimit(.minutes(3))) struct ProblemTests {
    private static func table(_ count: Int, edit: (inout ServiceDescription) -> Void = { _ in }) -> RoutingTable {
        var service = ServiceDescription(name: "web-80")
        service.endpoints = (0..<count).map {
            EndpointDescription(address: "10.0.\($0 / 250).\($0 % 250 + 1):80", provenance: Provenance(source: "test"))
        }
        edit(&service)
        var description = TableDescription()
        description.services = [service]
        return RoutingTable.compile(description, previous: nil).table
    }

    @Test func `an endpoint that is out is named with why, and a service without any with what to do`() {
        let table = Self.table(3)
        #expect(ProblemFindings.endpoints(of: table) == [])
        table.states[0].health.store(EndpointHealth.down.rawValue, ordering: .relaxed)
        table.states[0].trouble.withLock { $0 = "GET /healthz: 503, expected 200-399" }
        table.states[1].isEjected.store(true, ordering: .relaxed)
        let found = ProblemFindings.endpoints(of: table)
        #expect(found.map(\.subject) == ["endpoint web-80/10.0.0.1:80", "endpoint web-80/10.0.0.2:80"])
        #expect(found[0].reason.contains("GET /healthz: 503"))
        table.states[2].isEjected.store(true, ordering: .relaxed)
        #expect(ProblemFindings.endpoints(of: table).last?.subject == "service web-80")
        let empty = Self.table(2) { service in
            for index in service.endpoints.indices { service.endpoints[index].isDraining = true }
        }
        #expect(ProblemFindings.endpoints(of: empty).map(\.subject) == ["service web-80"])
    }

    @Test func `of very many a hundred are named and the rest is counted`() {
        let table = Self.table(1000)
        for state in table.states { state.isEjected.store(true, ordering: .relaxed) }
        let found = ProblemFindings.endpoints(of: table)
        #expect(found.count == 102)
        #expect(found.last?.reason.hasPrefix("900 more") == true)
    }

    @Test(arguments: [(90, 10, false), (90, 8, true), (90, -1, true), (800, 22, false), (800, 20, true), (1, 1, false)])
    func `a certificate is a problem when a tenth of its life is left`(life: Int64, left: Int64, isProblem: Bool) {
        let now: Int64 = 1_700_000_000
        let end = now + left * 86_400
        let certificate = CertificateStatus(
            name: "shop.pem", source: "certs/", hosts: ["shop.example"], notBefore: end - life * 86_400, notAfter: end,
            keyKind: "", fingerprint: "", isFormer: false, listeners: [])
        #expect(ProblemFindings.certificates([certificate], now: now).isEmpty != isProblem)
    }

    @Test func `a limit is a problem for a minute after it was reached`() {
        let table = Self.table(1)
        var (book, totals) = (LimitBook(), GatewayTotals())
        totals.refusals.limit = 5
        #expect(book.findings(totals, table, now: 0) == [])
        #expect(book.findings(totals, table, now: 2) == [])
        totals.refusals.limit = 6
        #expect(book.findings(totals, table, now: 4).map(\.subject) == ["connections"])
        table.serviceStates[0].retriesDenied.store(1, ordering: .relaxed)
        #expect(
            Set(book.findings(totals, table, now: 30).map(\.subject)) == ["connections", "service web-80: retries"])
        #expect(book.findings(totals, table, now: 64).map(\.subject) == ["service web-80: retries"])
        #expect(book.findings(totals, table, now: 90) == [])
    }

    @Test func `a problem keeps since when it stands, and is gone when it is mended`() async throws {
        try await ObservedEdge.with(["services/web-80/h:a:80": "10.0.0.1:80 drain"]) { edge async throws in
            func problems() async throws -> [JSONDocument] {
                try await edge.json("/api/v1/problems")["problems"].elements
            }
            let first = try await edge.until(problems) { !$0.isEmpty }
            let watch = ProblemWatch(edge.subject)
            watch.look()
            let since = watch.problems.map(\.since)
            watch.look()
            #expect(watch.problems.map(\.since) == since)
            #expect(first[0]["subject"].text == "service web-80")
            try await edge.store.put("services/web-80/h:a:80", value: Array("10.0.0.1:80".utf8), flags: 0)
            try await edge.until(problems) { $0.isEmpty }
            let events = try await edge.json("/api/v1/events")["events"].elements
            #expect(events.contains { $0["subject"].text == "service web-80" && $0["what"].text == "gone" })
        }
    }
}
