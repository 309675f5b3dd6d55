import Certificates
import Routing
import Synchronization
import Testing

@testable import Gateway
@testable import Lab

/// What a gateway says it would do with a request is what it does: 10,000 requests, by a hundred tables.
@Suite(.apart) struct ExplainPropertyTests {
    private static let tables = UInt64(10)
    private static let requests = 100

    /// Answers with its own name, the target that it was asked for, and a field of the request.
    private static let witness = Behavior.custom { name, request, stream in
        try stream.socket.send(
            "HTTP/1.1 200 OK\r\nX-Backend: \(name)\r\nX-Target: \(request.target)\r\n"
                + "X-Env: \(request["X-Env"] ?? "none")\r\nContent-Length: 0\r\n\r\n")
        return true
    }

    private let pairs: [Pair]

    init() throws {
        pairs = [try Pair(["a.test", "other.test"]), try Pair(["*.test", "*.a.test"])]
    }

    @Test(arguments: 1...10)
    func theGatewayDoesWhatIsExplained(seed: UInt64) throws {
        let backends = try (0..<3).map { try TestBackend("b\($0)", Self.witness) }
        let names = Dictionary(uniqueKeysWithValues: backends.enumerated().map { ($1.address, "b\($0)") })
        var source = RandomTables(random: SeededGenerator(seed: seed), backends: backends.map(\.address))
        let edge = try edge(&source)
        var visitor = Visitor(edge: edge, switchboard: try TLSSwitchboard())
        var seen: [String: Int] = [:]
        for generation in 1...Self.tables {
            try edge.install(source.table(generation))
            try edge.statistics { $0.generation == generation }
            let states = edge.currentTable?.states ?? []
            for state in states where source.chance(10) {
                state.health.store(EndpointHealth.down.rawValue, ordering: .relaxed)
            }
            for number in 0..<Self.requests {
                let listener = source.chance(10) ? "https" : source.chance(8) ? "redirecting" : "http"
                var question = source.question(listener, cookies: visitor.cookies)
                let body = question.method == "POST" ? source.pick(["", "xx", "xxxxx"]) : ""
                if !body.isEmpty {
                    question.headers.append(NameValue(name: "Content-Length", value: "\(body.utf8.count)"))
                }
                // What is weighed may change between explanation and request: what disagrees twice is a fault.
                var disagreements: [String] = []
                repeat {
                    try visitor.waitForQuiet()
                    let explanation = try edge.gateway.explain(question)
                    let answer = try visitor.ask(question, body)
                    let kind = explanation.outcome.cause?.rawValue ?? explanation.outcome.kind.rawValue
                    seen[kind, default: 0] += 1
                    if Self.agrees(explanation, answer, names) { break }
                    disagreements.append(
                        """
                        seed \(seed), table \(generation), request \(number): \(question.method) \(question.url) at \
                        \(listener) \(question.serverName ?? ""), \(question.headers.map { "\($0.name): \($0.value)" })
                        got \(answer?.status ?? 0) \(answer?["X-Backend"] ?? "-") \(answer?["X-Target"] ?? "-") \
                        \(answer?["X-Env"] ?? "-") \(answer?["Location"] ?? "")
                        \(explanation.text())
                        """)
                } while disagreements.count < 2
                if disagreements.count == 1 { print(disagreements[0]) }
                guard disagreements.count < 2 else {
                    Issue.record("\(disagreements.joined(separator: "\n"))")
                    return
                }
            }
        }
        for kind in ["forward", "redirect", "no-route", "no-endpoint", "misdirected"] {
            #expect((seen[kind] ?? 0) > 0, "\(kind): \(seen)")
        }
    }

    /// Three listeners: in the clear, by TLS, and one that sends everybody to https.
    private func edge(_ source: inout RandomTables) throws -> Edge {
        var access = AccessPolicy()
        if source.chance(40) { access.deny = [Network("192.0.2.0/28")].compactMap { $0 } }
        if source.chance(20) { access.rate = RateLimit(requests: 1, period: 1_000_000, burst: 400, key: .address) }
        let edge = try Edge(TableDescription()) { configuration in
            configuration.trustedProxies = [Network("127.0.0.0/8")].compactMap { $0 }
            configuration.listeners[0].access = access
            guard var secure = try? Edge.listener("127.0.0.1:0", name: "https"),
                var redirecting = try? Edge.listener("127.0.0.1:0", name: "redirecting")
            else { return }
            secure.tls = TLSListenerConfiguration()
            redirecting.redirectsToHTTPS = true
            configuration.listeners += [secure, redirecting]
        }
        let fallback = source.chance(50) ? CertificateTable.Fallback.first : .refuse
        edge.gateway.install(certificates: Pair.table(pairs, fallback: fallback), at: 1)
        return edge
    }

    /// Whoever makes the requests, one after the other.
    private struct Visitor {
        let edge: Edge
        let switchboard: TLSSwitchboard
        /// Cookies that answers have set, `name=value`.
        private(set) var cookies: [String] = []
        /// Connections in the clear, by listener.
        private var streams: [String: MessageStream] = [:]

        init(edge: Edge, switchboard: TLSSwitchboard) {
            (self.edge, self.switchboard) = (edge, switchboard)
        }

        /// What the balancer weighs counts a request until the edge has put it down, a moment after its answer.
        func waitForQuiet() throws {
            guard let table = edge.currentTable else { return }
            func isQuiet() -> Bool {
                table.states.allSatisfy { $0.inFlight.load(ordering: .acquiring) == 0 }
                    && table.serviceStates.allSatisfy { $0.inFlight.load(ordering: .acquiring) == 0 }
            }
            let deadline = Deadline.after(.seconds(60))
            while !isQuiet() {
                if deadline.hasPassed { throw LabError("a request stays at an endpoint") }
                Deadline.after(.microseconds(50)).pass()
            }
        }

        /// The answer to a request; nil if the handshake failed.
        mutating func ask(_ question: ExplanationQuestion, _ body: String) throws -> HTTPAnswer? {
            let listener = question.listener ?? ""
            let request = Self.request(question) + body
            if listener == "https" {
                let stream = try switchboard.connect(to: edge.port(1), name: question.serverName ?? "")
                try? stream.socket.send(request)
                guard let answer = try? stream.answer(to: question.method, by: .after(.seconds(60))) else { return nil }
                return note(answer)
            }
            let stream = try streams[listener] ?? RawClient(port: edge.port(listener == "http" ? 0 : 2)).connect()
            let answer = try stream.roundTrip(request, method: question.method)
            streams[listener] = answer["Connection"] == "close" ? nil : stream
            return note(answer)
        }

        private mutating func note(_ answer: HTTPAnswer) -> HTTPAnswer {
            if let cookie = answer["Set-Cookie"]?.prefix(while: { $0 != ";" }) {
                cookies.append(String(cookie))
                if cookies.count > 8 { cookies.removeFirst() }
            }
            return answer
        }

        private static func request(_ question: ExplanationQuestion) -> String {
            let rest = question.url.drop { $0 != "/" }.dropFirst(2)
            let host = rest.prefix { $0 != "/" && $0 != "?" }
            let target = rest.dropFirst(host.count)
            let fields = question.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
            return
                "\(question.method) \(target.hasPrefix("/") ? "" : "/")\(target) HTTP/1.1\r\nHost: \(host)\r\n\(fields)\r\n"
        }
    }

    private static func agrees(
        _ explanation: Explanation, _ answer: HTTPAnswer?, _ names: [String: String]
    ) -> Bool {
        guard let answer else { return explanation.outcome.kind == .refuse && explanation.outcome.status == nil }
        guard explanation.outcome.kind == .varies || explanation.outcome.kind == .forward else {
            return agrees(explanation.outcome, answer)
        }
        return explanation.services.contains { service in
            guard service.outcome.kind == .forward else { return agrees(service.outcome, answer) }
            let fields = explanation.route?.setsRequestFields ?? []
            guard answer.status == 200, answer["X-Target"] == explanation.route?.target,
                answer["X-Env"] == fields.first(where: { $0.name == "X-Env" })?.value ?? "none"
            else { return false }
            return service.endpoints.contains { endpoint in
                // Which of two is quicker changes from one moment to the next.
                let isAsked = endpoint.share > 0 || service.balance == "peak-ewma" && endpoint.state == .in
                return isAsked && names[endpoint.address] == answer["X-Backend"]
            }
        }
    }

    /// Whether an answer of the edge's own is the one that was told.
    private static func agrees(_ outcome: Explanation.Outcome, _ answer: HTTPAnswer) -> Bool {
        switch outcome.kind {
        case .redirect: answer.status == outcome.status && answer["Location"] == outcome.location
        case .refuse: answer.status == outcome.status && answer["X-Backend"] == nil
        case .forward, .varies: false
        }
    }
}
