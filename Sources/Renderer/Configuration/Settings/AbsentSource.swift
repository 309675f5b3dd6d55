/// A source that consul-template reads and Portico does not: its keys are understood, and its data is not to be had.
public struct AbsentSource: Sendable, Equatable {
    /// Which one.
    public enum Kind: String, Sendable, CaseIterable {
        /// HashiCorp's Vault.
        case vault
        /// HashiCorp's Nomad.
        case nomad

        /// What a template's function that needs it fails with.
        public var refusal: String {
            let name = self == .vault ? "Vault" : "Nomad"
            return "\(name) is no source here: keep such values in the store, in a file or in the environment"
        }
    }

    /// Which one.
    public let kind: Kind
    /// Whether a file or a flag speaks of it.
    public var isConfigured = false
    /// Where it is; commands are told in their environment.
    public var address: String?
    /// The namespace; commands are told.
    public var namespace: String?
    /// The token; commands are not told, as consul-template does not tell them either.
    public var token: Secret?
    /// TLS towards it; commands are told.
    public var tls = TLSSettings()

    /// One that nothing is said of.
    public init(_ kind: Kind) {
        self.kind = kind
    }
}
