/// The certificate that a client is shown, and why it is that one.
public struct CertificateExplanation: Sendable, Equatable, Codable {
    /// Why a client is shown what it is.
    public enum Rule: String, Sendable, Codable {
        /// A certificate has the very name that it asks for.
        case exact
        /// A certificate has a wildcard for it.
        case wildcard
        /// No certificate is for it: it gets what all such get.
        case fallback = "default"
        /// No certificate is for it, and its handshake is refused.
        case refused
    }

    /// What is asked of clients in the handshake.
    public enum ClientCertificate: String, Sendable, Codable {
        /// No certificate.
        case none
        /// One that may be left out.
        case request
        /// One without which the handshake fails.
        case require
    }

    /// A certificate.
    public struct Shown: Sendable, Equatable, Codable {
        /// What it is called in its folder or in the store.
        public var name: String
        /// The hosts that it is for.
        public var hosts: [String]
        /// Its key's kind and size.
        public var key: String
        /// The last second in which it is good, since 1970.
        public var notAfter: Int64
        /// The same for people.
        public var end: String
        /// Where it came from.
        public var provenance: Provenance

        private enum CodingKeys: String, CodingKey {
            case name, hosts, key, notAfter, provenance
            case end = "until"
        }

        /// A certificate of these facts.
        public init(
            name: String, hosts: [String], key: String, notAfter: Int64, end: String, provenance: Provenance
        ) {
            (self.name, self.hosts, self.key, self.notAfter, self.end) = (name, hosts, key, notAfter, end)
            self.provenance = provenance
        }
    }

    /// A certificate that is for the name, too, and is not shown.
    public struct Other: Sendable, Equatable, Codable {
        /// What it is called.
        public var name: String
        /// Why it is not shown.
        public var reason: String

        /// One that is not shown.
        public init(name: String, reason: String) {
            (self.name, self.reason) = (name, reason)
        }
    }

    /// The name that the client asks for (SNI); empty: none.
    public var serverName: String
    /// Why it is shown what it is.
    public var rule: Rule
    /// What it is shown: of each kind of key the best, of which the handshake takes what the client can.
    public var shown: [Shown] = []
    /// What is for the name, too, and is not shown.
    public var others: [Other] = []
    /// What clients that check certificates will not be content with; nil if nothing.
    public var trouble: String?
    /// What is asked of clients in the handshake.
    public var clientCertificate = ClientCertificate.none
    /// Whether the request's host may be asked for on such a connection; where it may not, that is a 421.
    public var coversHost = true

    /// What a client gets that asks for `serverName`.
    public init(serverName: String, rule: Rule) {
        (self.serverName, self.rule) = (serverName, rule)
    }

    /// What the handshake asks of a client of the listener called `name`; nil if nothing.
    func gate(of name: String) -> ExplanationGate? {
        switch clientCertificate {
        case .none: nil
        case .request:
            ExplanationGate(
                "client-certificate", of: name, .depends, "it may show a certificate; a bad one fails the handshake")
        case .require:
            ExplanationGate(
                "client-certificate", of: name, .depends, "it has to show a certificate, or the handshake fails")
        }
    }
}
