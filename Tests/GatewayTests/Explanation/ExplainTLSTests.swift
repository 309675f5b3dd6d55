import Certificates
import Routing
import Testing

@testable import Gateway
@testable import Lab

/// What is told of certificates is what handshakes show.
@Suite(.apart) struct ExplainTLSTests {
    private let own: Pair
    private let wild: Pair
    private let backend: TestBackend

    init() throws {
        own = try Pair([host, "other.test"])
        wild = try Pair(["*.wild.test"])
        backend = try TestBackend("one")
    }

    private func edge(
        _ table: CertificateTable?, _ change: (inout TLSListenerConfiguration) -> Void = { _ in }
    ) throws -> Edge {
        let edge = try Edge(.one([backend.address], route: { $0.hosts = [] })) { configuration in
            var tls = TLSListenerConfiguration()
            change(&tls)
            configuration.listeners[0].tls = tls
        }
        if let table { edge.gateway.install(certificates: table, at: 0) }
        return edge
    }

    private func explain(
        _ edge: Edge, _ url: String, name: String? = nil, host: String? = nil
    ) throws -> Explanation {
        var question = ExplanationQuestion(url: url)
        question.serverName = name
        if let host { question.headers = [NameValue(name: "Host", value: host)] }
        return try edge.gateway.explain(question)
    }

    /// What curl gets that asks for `name` in the handshake and for `host` in the request: a status, or `refused`.
    private func answer(_ edge: Edge, name: String, host: String) throws -> String {
        let curl = try Curl([
            "-k", "-o", "/dev/null", "-w", "%{http_code}", "--resolve", "*:\(edge.port()):127.0.0.1", "-H",
            "Host: \(host)", "https://\(name):\(edge.port())/",
        ])
        return curl.ending == .exited(0) ? curl.text : "refused"
    }

    @Test func eachRuleIsTold() throws {
        let edge = try edge(Pair.table([own, wild]))
        let exact = try #require(try explain(edge, "https://WEB.test:1/").certificate)
        #expect(exact.serverName == host && exact.rule == .exact && exact.trouble == nil && exact.coversHost)
        #expect(exact.shown.map(\.name) == ["0"] && exact.shown.first?.hosts == [host, "other.test"])
        #expect(exact.shown.first?.key == own.credential.facts.keyKind.description)
        #expect(exact.shown.first?.notAfter == own.credential.facts.notAfter)
        let wildcard = try #require(try explain(edge, "https://a.wild.test/").certificate)
        #expect(wildcard.rule == .wildcard && wildcard.shown.map(\.name) == ["1"])
        let fallback = try explain(edge, "https://nobody.test/")
        #expect(fallback.certificate?.rule == .fallback && fallback.certificate?.shown.map(\.name) == ["0"])
        #expect(fallback.outcome.kind == .forward)
        #expect(fallback.headline.contains("but clients that check certificates refuse it: no certificate is for"))
        // An address is no name, and is not asked for in the handshake.
        #expect(try explain(edge, "https://127.0.0.1/").certificate?.serverName == "")
        #expect(try explain(edge, "https://[::1]:443/").certificate?.serverName == "")
        #expect(throws: ExplanationError.self) { try explain(edge, "https://a.test/", name: "a..b") }
    }

    @Test func handshakesThatFailAreToldSo() throws {
        let edge = try edge(Pair.table([own], fallback: .refuse))
        let refused = try explain(edge, "https://nobody.test/")
        #expect(refused.outcome.kind == .refuse && refused.outcome.status == nil)
        #expect(refused.outcome.reason.hasPrefix("its TLS handshake fails: no certificate is for nobody.test"))
        #expect(try answer(edge, name: "nobody.test", host: "nobody.test") == "refused")
        let bare = try explain(try self.edge(nil), "https://\(host)/")
        #expect(bare.certificate?.rule == .refused && bare.outcome.kind == .refuse)
    }

    @Test func misdirectedRequestsAreThoseThatGet421() throws {
        let edge = try edge(Pair.table([own, wild]))
        let names = [host, "other.test", "a.wild.test", "nobody.test"]
        for name in names {
            for asked in names + ["b.wild.test", "a.b.wild.test", "WEB.test."] {
                let explanation = try explain(edge, "https://\(name)/", host: asked)
                let got = try answer(edge, name: name, host: asked)
                #expect("\(explanation.outcome.status ?? 200)" == got, "\(name) \(asked)")
                #expect(explanation.certificate?.coversHost == (got == "200"))
            }
        }
        let other = try explain(edge, "https://\(host)/", name: "a.wild.test")
        #expect(other.outcome.cause == .misdirected && other.outcome.status == 421)
        #expect(try explain(edge, "https://\(host)/", name: "").outcome.kind == .forward)
    }

    @Test func whatIsAskedOfClientsIsTold() throws {
        for (asked, gate) in [
            (TLSListenerConfiguration.ClientAuthentication.none, nil), (.request, "may"), (.require, "has to"),
        ] {
            let edge = try edge(Pair.table([own])) {
                $0.clientAuthentication = asked
                if asked != .none { $0.clientAuthorities = Array((try? wild.folder.read("cert.pem"))?.utf8 ?? "".utf8) }
            }
            let explanation = try explain(edge, "https://\(host)/")
            #expect(explanation.certificate?.clientCertificate.rawValue == asked.rawValue)
            let told = explanation.gates.first { $0.name == "client-certificate" }
            #expect((told == nil) == (gate == nil))
            if let gate { #expect(told?.detail.contains(gate) == true) }
        }
    }
}
