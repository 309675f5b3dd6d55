import Routing
import Testing

@testable import Gateway
@testable import Lab

/// What a gateway says it would do with a request is what it does.
@Suite(.apart) struct ExplainTests {
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

    @Test func aRateThatRefillsInYearsIsTold() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(
            .one([backend.address], service: { $0.access.rate = RateLimit(requests: 1, period: 3_600_000, burst: 90) }))
        for _ in 0..<90 { #expect(try edge.client.exchange(get()).status == 200) }
        var question = ExplanationQuestion(url: "http://\(host)/")
        question.client = "127.0.0.1"
        let reason = try edge.gateway.explain(question).outcome.reason
        #expect(reason.contains("none left now, the next in 3") && reason.contains("full again in 32"), "\(reason)")
    }

    @Test func whatIsLeftOfARateIsTold() throws {
        let backend = try TestBackend("b")
        let edge = try Edge(
            .one(
                [backend.address],
                route: { $0.access.rate = RateLimit(requests: 1, period: 3_600, burst: 3, key: .header("X-Key")) }))
        func gate(_ key: String) throws -> ExplanationGate {
            var question = ExplanationQuestion(url: "http://\(host)/")
            question.headers = [NameValue(name: "x-key", value: key)]
            let explanation = try edge.gateway.explain(question)
            let gate = try #require((explanation.gates + explanation.services.flatMap(\.gates)).first)
            let isIn = explanation.outcome.kind == .forward
            #expect(isIn == (gate.verdict == .passes) && (isIn || explanation.outcome.status == 429))
            return gate
        }
        let stream = try edge.client.connect()
        for left in [3, 2, 1] {
            // Asking costs nothing.
            for _ in 0..<2 { #expect(try gate("one").detail.contains("\(left) left now")) }
            #expect(try stream.roundTrip(get("/", "X-KEY: one")).status == 200)
        }
        #expect(try gate("one").detail.contains("none left now, the next in "))
        #expect(try gate("one").of == "route web" && gate("one").provenance?.source == "test")
        #expect(try stream.roundTrip(get("/", "X-Key: one")).status == 429)
        #expect(try gate("two").detail.contains("3 left now"))
        // Of a former table nobody knows.
        let table = try #require(edge.currentTable)
        let former = try edge.gateway.explain(ExplanationQuestion(url: "http://\(host)/"), in: table)
        #expect((former.gates + former.services.flatMap(\.gates)).first?.verdict == .depends)
    }
}
