/// How the edge does TLS with a service's endpoints: whom it believes, and who it says it is.
public struct UpstreamTLS: Sendable, Hashable, Codable {
    /// Whether an endpoint's certificate must be good; without it anybody in between can read along.
    public var verifies = true
    /// PEM certificates of the authorities that endpoints' certificates must come from; nil: the system's.
    public var authorities: [UInt8]?
    /// The name that is asked for (SNI) and must be in the certificate; nil: no name is asked for, and the certificate must
    /// hold the endpoint's address.
    public var serverName: String?
    /// PEM certificates to show, the edge's own first; nil for none.
    public var certificate: [UInt8]?
    /// The PEM private key of the first of them.
    public var key: [UInt8]?

    /// The defaults: verified against the system's authorities.
    public init() {}

    /// The defaults, where a service says nothing.
    public static let standard = UpstreamTLS()

    /// Hashes what is short: there are few policies, and their certificates are long.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(verifies)
        hasher.combine(serverName)
        hasher.combine(authorities?.count)
        hasher.combine(certificate?.count)
        hasher.combine(key?.count)
    }
}
