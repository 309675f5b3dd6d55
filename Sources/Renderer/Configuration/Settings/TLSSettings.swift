/// TLS towards a source.
public struct TLSSettings: Sendable, Equatable {
    /// Whether it is used: on when any of the others is said.
    public var isEnabled = false
    /// Whether the server's certificate is checked.
    public var verifies = true
    /// A file with our certificate.
    public var certificate: String?
    /// A file with its key.
    public var key: String?
    /// A file with the authorities' certificates.
    public var authorities: String?
    /// The authorities' certificates themselves, PEM.
    public var authoritiesText: String?
    /// A folder of authorities' certificates.
    public var authoritiesFolder: String?
    /// The name that the server's certificate is to be for.
    public var serverName: String?

    /// The defaults.
    public init() {}
}
