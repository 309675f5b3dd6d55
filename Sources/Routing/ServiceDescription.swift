/// A service and everything that serves it.
public struct ServiceDescription: Sendable, Equatable, Codable {
    /// `web-80`.
    public var name: String
    /// Its endpoints, in any order.
    public var endpoints: [EndpointDescription] = []
    /// What its endpoints speak that do not say it themselves.
    public var `protocol` = EndpointProtocol.http
    /// How TLS is done with them; nil: the defaults of ``UpstreamTLS``.
    public var tls: UpstreamTLS?
    /// How requests are spread.
    public var balance = Balance.roundRobin
    /// Where ``Balance/hash`` takes its key from.
    public var hash = HashPolicy()
    /// How clients are kept at their endpoints; nil: they are not.
    public var sticky: StickyPolicy?
    /// Milliseconds in which an endpoint that comes to others, or comes back, gets to its whole weight; 0: at once.
    public var slowStart: UInt32 = 0
    /// When fewer of its endpoints than this percentage are in, all are used; 0: when none is.
    public var panicPercent = 0
    /// Its waits.
    public var timeouts = Timeouts()
    /// Its retries.
    public var retries = RetryPolicy()
    /// How many retries its requests may have between them.
    public var retryBudget = RetryBudget.Rate()
    /// When another endpoint is asked as well; nil: never.
    public var hedge: HedgePolicy?
    /// How its endpoints are checked: ``EndpointDescription/check`` is an index; without any they are not.
    public var checks: [HealthPolicy] = []
    /// When endpoints that answer badly leave; nil: only those leave that cannot be reached, each for a moment.
    public var outlier: OutlierPolicy?
    /// The most connections to one endpoint from this edge, 0 for no limit.
    public var connectionsPerEndpoint = 0
    /// Its other limits on requests under way, and how long a request waits where one is reached.
    public var circuit = CircuitLimits()
    /// The most octets of a request's body, nil for no limit.
    public var requestBodyLimit: Int64?
    /// Who may use it, and over what.
    public var access = AccessPolicy()
    /// Who is asked before its requests go on.
    public var forwardAuth: ForwardAuth?
    /// How its answers are compressed.
    public var compression = CompressionPolicy()
    /// The PROXY header that connections to its endpoints begin with; nil: none.
    public var sendProxy: ProxyHeaderChoice?
    /// Whether TCP sessions end when their endpoint leaves the table; otherwise they go on.
    public var cutsLeaving: Bool?

    /// A service without endpoints.
    public init(name: String) {
        self.name = name
    }
}
