import Lab
import Synchronization
import Testing

@testable import Routing

/// What an explanation says is what the table does.
struct ExplainTests {
    /// What the explanation says in the words of ``Request/match(in:)``.
    private func match(_ explanation: Explanation) -> String {
        if let route = explanation.route { return route.name }
        return explanation.outcome.cause == .methodNotAllowed ? "405" : "404"
    }

    @Test(arguments: 1...25)
    func explanationsAgreeWithTheMatch(seed: UInt64) {
        var source = RandomRoutes(random: SeededGenerator(seed: seed))
        for _ in 0..<8 {
            let table = TableDescription(routes: (0..<source.count(1...24)).map { source.route($0) }).compiled()
            for _ in 0..<50 {
                let request = source.request()
                let explanation = table.explain(request.explained, now: 1)
                let (expected, found) = (request.match(in: table), match(explanation))
                guard expected == found else {
                    Issue.record("\(request): explained as \(found), but it is \(expected)")
                    return
                }
                checkCandidates(explanation, request, table)
            }
        }
    }

    /// The route taken is listed; without it the request takes the first that is listed as shadowed.
    private func checkCandidates(_ explanation: Explanation, _ request: Request, _ table: RoutingTable) {
        let taken = explanation.candidates.filter { $0.verdict == .taken }
        #expect(taken.map(\.route) == explanation.route.map { [$0.name] } ?? [])
        for candidate in explanation.candidates where candidate.verdict != .taken {
            #expect(!candidate.reason.isEmpty)
        }
        // An expression's turn comes with the first route that has it: without that route it may be another.
        let hasRegex = table.description.routes.contains { ($0.hosts + $0.paths).contains { $0.hasPrefix("~") } }
        guard let route = explanation.route, !hasRegex else { return }
        var description = table.description
        description.routes.removeAll { $0.name == route.name }
        let next = explanation.candidates.first { $0.verdict == .shadowed }?.route
        let found = request.match(in: description.compiled())
        #expect(next == nil ? found == "404" || found == "405" : found == next, "\(request)")
    }

    @Test func theChoiceIsTheBalancers() {
        for balance in Balance.allCases {
            let service = ServiceDescription("s-80", (1...5).map { "10.0.0.\($0):80" }) { service in
                service.balance = balance
                service.endpoints[1].weight = 3
                service.endpoints[3].isBackup = true
                service.endpoints[4].isDraining = true
            }
            let table = TableDescription(
                routes: [RouteDescription("r", hosts: ["a"])], services: [service]
            ).compiled()
            table.states[0].ejectedUntil.store(1_000_000_000, ordering: .relaxed)
            let explanation = table.explain(Request("a").explained, now: 1)
            let endpoints = explanation.services[0].endpoints
            var counts: [Int: Int] = [:]
            var cursor: UInt32 = 0
            for number in 0..<400 {
                var choice = EndpointChoice(random: KeyHash.mix(UInt64(number), 7), now: 1)
                if balance == .source || balance == .hash {
                    choice.key = KeyHash.hash(high: UInt64(192 | 2 << 16 | 7 << 24), low: 0)
                }
                counts[table.endpoint(for: 0, cursor: &cursor, choice), default: 0] += 1
            }
            for (index, record) in table.endpoints.enumerated() {
                let told = endpoints.first { $0.address == "\(record.address)" }
                #expect(((told?.share ?? -1) > 0) == (counts[index] != nil), "\(balance) \(record.address)")
            }
            #expect(endpoints.map(\.share).reduce(0, +) > 0.999)
            #expect(endpoints.contains { $0.state == .unreachable && $0.share == 0 && $0.returnsAfter != nil })
            #expect(endpoints.contains { $0.state == .draining && $0.share == 0 })
            #expect(endpoints.contains { $0.tier == "backup" && $0.share == 0 })
        }
    }

    @Test func weightsAreToldAsTheyAre() {
        let service = ServiceDescription("s-80", ["10.0.0.1:80", "10.0.0.2:80"]) { $0.endpoints[0].weight = 3 }
        let table = TableDescription(routes: [RouteDescription("r")], services: [service]).compiled()
        let endpoints = table.explain(Request("a").explained, now: 1).services[0].endpoints
        #expect(endpoints.map(\.share) == [0.75, 0.25])
        #expect(endpoints.map(\.address) == ["10.0.0.1:80", "10.0.0.2:80"])
    }

    @Test func aKeyLeadsToItsEndpoint() throws {
        let service = ServiceDescription("s-80", (1...9).map { "10.0.0.\($0):80" }) { service in
            service.balance = .hash
            service.hash.source = .header
            service.hash.name = "X-User"
        }
        let table = TableDescription(routes: [RouteDescription("r")], services: [service]).compiled()
        for user in 0..<50 {
            let request = Request("a", fields: [("x-user", "u\(user)")])
            var choice = EndpointChoice(random: 5, now: 1)
            let value = Array("u\(user)".utf8)
            choice.key = unsafe KeyHash.hash(value.span.bytes)
            var cursor: UInt32 = 3
            let expected = table.endpoint(for: 0, cursor: &cursor, choice)
            let told = table.explain(request.explained, now: 1).services[0]
            #expect(told.affinities.first?.endpoint == "\(table.endpoints[expected].address)")
            #expect(told.endpoints.first?.share == 1)
            #expect(told.used == 1)
        }
        let told = table.explain(Request("a").explained, now: 1).services[0]
        #expect(told.affinities == [.init(by: "header x-user", isPresent: false, endpoint: nil)])
        #expect(told.used == 9)
    }

    @Test func whatIsRefusedSaysWhy() {
        var guarded = RouteDescription("guarded", hosts: ["in.example"])
        guarded.access.allow = [Network("10.0.0.0/8")].compactMap { $0 }
        let cases: [(RouteDescription, Request, ExplanationCause, String)] = [
            (guarded, Request("in.example"), .denied, "route guarded does not let 192.0.2.7 in"),
            (
                guarded, Request("im.example"), .noRoute,
                "no route has host im.example; did you mean in.example of route guarded?"
            ),
            (guarded, Request("www.in.example"), .noRoute, "did you mean in.example of route guarded?"),
            (RouteDescription("p", hosts: ["a"], paths: ["/api"]), Request("a", "/apis"), .noRoute, "nearest is /api"),
            (
                RouteDescription("p", hosts: ["a"], paths: ["/API"]), Request("a", "/api/x"), .noRoute,
                "nearest is /API of route p: they differ by upper and lower case"
            ),
            (
                RouteDescription("p", hosts: ["a"], paths: ["=/api/"]), Request("a", "/api"), .noRoute,
                "nearest is =/api/ of route p: they differ by a slash at the end"
            ),
            (RouteDescription("m") { $0.methods = ["POST"] }, Request("a"), .methodNotAllowed, "none takes GET"),
            (RouteDescription("s") { $0.services = [] }, Request("a"), .noEndpoint, "neither a service nor a redirect"),
            (RouteDescription("w") { $0.services[0].weight = 0 }, Request("a"), .noEndpoint, "the weight 0"),
        ]
        for (route, request, cause, reason) in cases {
            let explanation = TableDescription(routes: [route]).compiled().explain(request.explained, now: 1)
            #expect(explanation.outcome.kind == .refuse)
            #expect(explanation.outcome.cause == cause)
            #expect(explanation.outcome.reason.contains(reason), "\(explanation.outcome.reason)")
        }
    }

    @Test func sharesOfServicesAreToldWithWhatEachAnswers() {
        var route = RouteDescription("r")
        route.services = [WeightedService(service: "a-80", weight: 9), WeightedService(service: "b-80", weight: 1)]
        var closed = ServiceDescription("b-80", ["10.0.0.2:80"])
        closed.access.deny = [Network("192.0.2.0/24")].compactMap { $0 }
        let table = TableDescription(
            routes: [route], services: [ServiceDescription("a-80", ["10.0.0.1:80"]), closed]
        ).compiled()
        let explanation = table.explain(Request("a").explained, now: 1)
        #expect(explanation.services.map { ($0.share * 100).rounded() } == [90, 10])
        #expect(explanation.services.map(\.outcome.kind) == [.forward, .refuse])
        #expect(explanation.outcome.kind == .varies)
    }

    @Test func theEndpointsTargetIsTold() {
        let route = RouteDescription("r", paths: ["/api"]) { route in
            route.stripPrefix = "/api"
            route.requestHeaders.set = [NameValue(name: "X-Env", value: "prod")]
        }
        let table = TableDescription(routes: [route]).compiled()
        var request = Request("a", "/api/cart").explained
        (request.query, request.hasQuery) = (Array("x=1".utf8), true)
        let explanation = table.explain(request, now: 1)
        #expect(explanation.route?.target == "/cart?x=1")
        #expect(explanation.route?.setsRequestFields == [NameValue(name: "X-Env", value: "prod")])
        #expect(explanation.route?.provenance.source == "test:r")
    }
}

extension TableDescription {
    fileprivate init(routes: [RouteDescription], services: [ServiceDescription]) {
        self.init(routes: routes)
        self.services = services
    }
}
