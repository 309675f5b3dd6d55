/// How Consul is reached.
public struct ConsulSettings: Sendable, Equatable {
    /// `HOST:PORT`, `http://...`, `https://...` or `unix://PATH`; nil for the client's own default.
    public var address: String?
    /// The namespace (Consul Enterprise).
    public var namespace: String?
    /// The ACL token.
    public var token: Secret?
    /// A file that holds the ACL token; it counts if it holds one.
    public var tokenFile: String?
    /// The name and password of HTTP's basic authentication.
    public var authentication: BasicAuthentication?
    /// Whether ``token``, ``tokenFile`` and ``namespace`` count over those of a store's URL, which are weaker.
    public var outranksURL = false
    /// What is done when it does not answer.
    public var retry = RetrySettings()
    /// TLS towards it.
    public var tls = TLSSettings()
    /// Its connections.
    public var transport = TransportSettings()

    /// The defaults.
    public init() {}
}
