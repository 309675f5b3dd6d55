/// How connections to a service's endpoints are secured.
public struct TLSClientPolicy: Sendable, Hashable {
    /// The endpoint's certificate must be good.
    public var verifies = true
    /// PEM certificates of the authorities that it must come from; nil: the system's.
    public var authorities: [UInt8]?
    /// The name that is asked for and that the certificate must have; nil: the endpoint's address.
    public var serverName: String?
    /// The client's own certificate with its chain, and its key; both PEM.
    public var certificate: [UInt8]?
    /// See `certificate`.
    public var key: [UInt8]?

    /// The defaults: verified against the system's authorities.
    public init() {}
}
