import Routing
import Testing

@testable import Gateway
@testable import Lab

/// What a gateway says it would do with a request is what it does.
@Suite(.apart) struct ExplainTests {
    /// Answers with its own name and the target that it was asked for.
    private static let witness = Behavior.custom { name, request, stream in
        try stream.socket.send(
            "HTTP/1.1 200 OK\r\nX-Backend: \(name)\r\nX-Target: \(request.target)\r\nContent-Length: 0\r\n\r\n")
        return true
    }

    /// Tables and requests from a small alphabet.
    private struct Source {
        var random: SeededGenerator
        let backends: [String]

        mutating func pick<Item>(_ items: [Item]) -> Item { items[Int.random(in: 0..<items.count, using: &random)] }
        mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

        mutating func table(_ generation: UInt64) -> TableDescription {
            var description = TableDescription()
            description.generation = generation
            description.services = (0..<6).map { service($0) }
            description.routes = (0..<Int.random(in: 4...24, using: &random)).map { route($0) }
            return description
        }

        private mutating func access(_ policy: inout AccessPolicy) {
            if chance(15) { policy.deny = [Network("192.0.2.0/24")].compactMap { $0 } }
            if chance(10) { policy.allow = [Network("127.0.0.0/8"), Network("198.51.100.0/24")].compactMap { $0 } }
            if chance(15) { policy.https = pick(HTTPSPolicy.allCases) }
            if chance(8) { policy.basicAuth = BasicAuth(users: [PasswordEntry(user: "u", hash: "x")]) }
        }

        private mutating func service(_ number: Int) -> ServiceDescription {
            var service = ServiceDescription(name: "s\(number)-80")
            for address in backends where chance(60) && number > 0 {
                var endpoint = EndpointDescription(address: address, provenance: Provenance(source: "test:\(address)"))
                endpoint.weight = pick([0, 1, 1, 3])
                endpoint.isBackup = chance(20)
                endpoint.isDraining = chance(15)
                service.endpoints.append(endpoint)
            }
            service.balance = pick(Balance.allCases)
            service.hash.source = pick([.source, .path, .host, .uri, .query])
            if chance(25) { service.requestBodyLimit = 3 }
            if chance(30) { access(&service.access) }
            return service
        }

        private mutating func route(_ number: Int) -> RouteDescription {
            var route = RouteDescription(name: "r\(number)", provenance: Provenance(source: "test:r\(number)"))
            if chance(85) { route.hosts = [pick(["a.test", "b.test", "*.test", "a.*", "~^b", "x.a.test"])] }
            if chance(70) { route.paths = [pick(["/", "/a", "/a/b", "=/a", "~b$", "/c/"])] }
            if chance(20) { route.methods = [pick(["GET", "POST"])] }
            if chance(20) { route.headers = [NameValue(name: "X-A", value: pick(["1", "~^[12]$"]))] }
            route.services = [WeightedService(service: "s\(Int.random(in: 0..<6, using: &random))-80")]
            if chance(10) { route.services.append(WeightedService(service: "s1-80", weight: 2)) }
            if chance(10) { route.redirect = Redirect(to: "https://moved.test$request_uri", status: pick([301, 308])) }
            if chance(20) { route.stripPrefix = "/a" }
            if chance(10) { route.rewrite = PathRewrite(match: "^/(.*)$", to: "/new/$1") }
            if chance(20) { access(&route.access) }
            return route
        }

        mutating func question() -> ExplanationQuestion {
            let host = pick(["a.test", "b.test", "x.a.test", "A.TEST", "other", "a", "a.test."])
            let path = pick(["/", "/a", "/a/b", "/ab", "/a/../c/d", "/c", "/c/", "/%61", "/b?q=1", "?x", "/a%zz"])
            var question = ExplanationQuestion(url: "http://\(host)\(path)")
            question.method = pick(["GET", "GET", "POST", "DELETE", "HEAD"])
            question.client = "127.0.0.1"
            if chance(30) { question.headers.append(NameValue(name: "X-a", value: pick(["1", "2", "3"]))) }
            if chance(40) {
                let client = pick(["192.0.2.9", "198.51.100.1", "203.0.113.5, 127.0.0.1", "unknown"])
                question.headers.append(NameValue(name: "X-Forwarded-For", value: client))
            }
            if chance(20) {
                question.headers.append(NameValue(name: "X-Forwarded-Proto", value: pick(["https", "http"])))
            }
            return question
        }
    }

    @Test(arguments: 1...5)
    func theGatewayDoesWhatIsExplained(seed: UInt64) throws {
        let backends = try (0..<3).map { try TestBackend("b\($0)", Self.witness) }
        let names = Dictionary(uniqueKeysWithValues: backends.enumerated().map { ($1.address, "b\($0)") })
        let edge = try Edge(TableDescription()) { configuration in
            configuration.trustedProxies = [Network("127.0.0.0/8")].compactMap { $0 }
            if var secure = try? Edge.listener("127.0.0.1:0", name: "https") {
                secure.tls = TLSListenerConfiguration()
                configuration.listeners.append(secure)
            }
        }
        var source = Source(random: SeededGenerator(seed: seed), backends: backends.map(\.address))
        var table: RoutingTable?
        var seen: [Explanation.Outcome.Kind: Int] = [:]
        for generation in UInt64(1)...4 {
            table = RoutingTable.compile(source.table(generation), previous: table).table
            if let table { edge.gateway.install(table) }
            try edge.statistics { $0.generation == generation }
            var stream = try edge.client.connect()
            for _ in 0..<150 {
                var question = source.question()
                question.listener = "http"
                let body = question.method == "POST" ? source.pick(["", "xx", "xxxxx"]) : ""
                if !body.isEmpty {
                    question.headers.append(NameValue(name: "Content-Length", value: "\(body.utf8.count)"))
                }
                // What the balancer weighs counts the request before until the edge has put it down, after its answer.
                try edge.statistics { $0.standings.values.allSatisfy { $0.inFlight == 0 } }
                let explanation = try edge.gateway.explain(question)
                let answer = try stream.roundTrip(Self.request(question) + body, method: question.method)
                if answer["Connection"] == "close" { stream = try edge.client.connect() }
                seen[explanation.outcome.kind, default: 0] += 1
                guard Self.agrees(explanation, answer, names) else {
                    Issue.record(
                        """
                        \(question.method) \(question.url) \(question.headers.map { "\($0.name): \($0.value)" })
                        got \(answer.status) \(answer["X-Backend"] ?? "-") \(answer["X-Target"] ?? "-")
                        \(explanation.text())
                        """)
                    return
                }
            }
        }
        #expect((seen[.forward] ?? 0) > 50 && (seen[.refuse] ?? 0) > 50 && (seen[.redirect] ?? 0) > 0, "\(seen)")
    }

    private static func request(_ question: ExplanationQuestion) -> String {
        let rest = question.url.dropFirst("http://".count)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(host.count)
        let fields = question.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        return
            "\(question.method) \(target.hasPrefix("/") ? "" : "/")\(target) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n"
    }

    private static func agrees(
        _ explanation: Explanation, _ answer: HTTPAnswer, _ names: [String: String]
    ) -> Bool {
        let outcomes =
            explanation.outcome.kind == .varies ? explanation.services.map(\.outcome) : [explanation.outcome]
        return outcomes.contains { outcome in
            switch outcome.kind {
            case .forward:
                guard answer.status == 200, answer["X-Target"] == explanation.route?.target else { return false }
                return explanation.services.contains { service in
                    service.endpoints.contains { $0.share > 0 && names[$0.address] == answer["X-Backend"] }
                }
            case .redirect: return answer.status == outcome.status && answer["Location"] == outcome.location
            case .refuse: return answer.status == outcome.status && answer["X-Backend"] == nil
            case .varies: return false
            }
        }
    }

    @Test func everyCauseHasTheWordOfTheErrorThatItNames() {
        for cause in ExplanationCause.allCases {
            #expect(GatewayError(GatewayError.Kind(cause)).label.description == cause.rawValue)
        }
    }

    @Test func questionsThatMakeNoSenseAreToldSo() throws {
        let edge = try Edge(.one([]))
        #expect(try edge.gateway.explain(ExplanationQuestion(url: "http://\(host)/")).outcome.status == 503)
        #expect(try edge.gateway.explain(ExplanationQuestion(url: "http://other/")).outcome.status == 404)
        let secure = try edge.gateway.explain(ExplanationQuestion(url: "https://\(host)/"))
        #expect(secure.outcome.reason == "the edge has no listener for https")
        var question = ExplanationQuestion(url: "http://\(host)/ x")
        #expect(try edge.gateway.explain(question).outcome.status == 400)
        question.client = "nobody"
        #expect(throws: ExplanationError.self) { try edge.gateway.explain(question) }
        for url in ["", "http://", "ftp://x/", "/"] {
            #expect(throws: ExplanationError.self) { try edge.gateway.explain(ExplanationQuestion(url: url)) }
        }
    }
}
