internal import Certificates
internal import Routing
internal import Wire

/// What the handshakes of a listener go by, for explanations.
struct ExplainedHandshake {
    let certificates: CertificateTable
    let policy: TLSListenerConfiguration

    /// What a client is shown that asks for `name`, and whether it may ask for `host` then, as requests are judged.
    ///
    /// - Parameters:
    ///   - name: as a person writes it; empty for none.
    ///   - host: in the form that tables are keyed by; empty for none.
    func certificate(for name: String, host: [UInt8]) throws(ExplanationError) -> CertificateExplanation {
        guard let choice = CertificateChoice(host: name, in: certificates) else {
            throw ExplanationError("the name of the handshake is \"\(name)\", which is no host's: shop.example.com is")
        }
        let rule: CertificateExplanation.Rule =
            switch choice.reason {
            case .exact: .exact
            case .wildcard: .wildcard
            case .fallback: .fallback
            case .refused: .refused
            }
        var explanation = CertificateExplanation(serverName: choice.host, rule: rule)
        explanation.shown = choice.entries.map { entry in
            let facts = entry.credential.facts
            return CertificateExplanation.Shown(
                name: entry.name, hosts: facts.names, key: facts.keyKind.description, notAfter: facts.notAfter,
                end: "\(UTCTime(facts.notAfter).day)",
                provenance: Provenance(
                    source: entry.source.isEmpty ? "certificate \(entry.name)" : entry.source, revision: entry.revision)
            )
        }
        explanation.others = choice.others.map { CertificateExplanation.Other(name: $0.name, reason: $0.reason) }
        explanation.trouble = choice.trouble
        explanation.clientCertificate = CertificateExplanation.ClientCertificate(policy.clientAuthentication)
        explanation.coversHost = covers(host, asked: Array(choice.host.utf8))
        return explanation
    }

    /// The rule of ``Worker/isCovered(_:host:)``.
    private func covers(_ host: [UInt8], asked: [UInt8]) -> Bool {
        guard !asked.isEmpty, !host.isEmpty, asked != host else { return true }
        return unsafe asked.withUnsafeBytes { asked in
            let set = unsafe certificates.find(host: asked)
            return unsafe host.withUnsafeBytes { unsafe set >= 0 && certificates.covers(set, host: $0) }
        }
    }
}

extension CertificateExplanation.ClientCertificate {
    init(_ authentication: TLSListenerConfiguration.ClientAuthentication) {
        self =
            switch authentication {
            case .none: .none
            case .request: .request
            case .require: .require
            }
    }
}
