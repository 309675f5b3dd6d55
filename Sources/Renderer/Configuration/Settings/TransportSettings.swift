/// Connections towards a source.
public struct TransportSettings: Sendable, Equatable {
    /// The pause between TCP's keep-alive probes.
    public var dialKeepAlive = Duration.seconds(30)
    /// How long connecting may take.
    public var dialTimeout = Duration.seconds(30)
    /// Whether each request has a connection of its own.
    public var disablesKeepAlives = false
    /// How long an idle connection is kept.
    public var idleTimeout = Duration.seconds(5)
    /// How many idle connections are kept; 0 for no limit.
    public var maximumIdle = 0
    /// How many idle connections to one host are kept.
    public var maximumIdlePerHost = 100
    /// How many connections to one host there are; 0 for no limit.
    public var maximumPerHost = 0
    /// How long TLS's handshake may take.
    public var handshakeTimeout = Duration.seconds(10)

    /// The defaults.
    public init() {}
}
