/// What the hot path needs of a service.
@frozen
public struct ServiceRecord: Sendable {
    /// Its endpoints: `endpoints[firstEndpoint ..< firstEndpoint + endpointCount]`; first those in the rotation, then the
    /// backups, then those that get no new request (draining, or of weight 0).
    public var firstEndpoint: Int32
    /// How many.
    public var endpointCount: Int32
    /// Its waits.
    public var timeouts: Timeouts
    /// Its retries.
    public var retries: RetryPolicy
    /// The most connections to one endpoint, 0 for no limit.
    public var connectionsPerEndpoint: Int32
    /// The most octets of a body, -1 for no limit.
    public var requestBodyLimit: Int64
    /// How TLS is done with its endpoints: an index into ``RoutingTable/upstreamTLS``, or -1 for the defaults.
    public var upstreamTLS: Int32
    /// The service's counters and rotation: a number that stays with the service's name.
    public var statisticsSlot: Int32
    /// How its requests are spread.
    public var balance: Balance = .roundRobin
    /// What it asks for beyond plain forwarding.
    public var traits: ServiceTraits = []
    /// When its endpoints leave for answering badly: an index into ``RoutingTable/outlierPolicies``, or -1.
    public var outlier: Int32 = -1
    /// How many retries its requests may have between them.
    public var retryBudget = RetryBudget.Rate()
    /// When another endpoint is asked as well, where ``ServiceTraits/hedged`` says that it is.
    public var hedge = HedgePolicy()
    /// Its limits on requests under way, beside `connectionsPerEndpoint`.
    public var circuit = CircuitLimits()
    /// What the choice of its endpoints goes by beyond its balance: an index, or -1.
    @usableFromInline var spread: Int32 = -1
    /// Who may use it: an index for ``RoutingTable/serviceAccess(_:)``, or -1.
    public var access: Int32 = -1
    /// The endpoints in the rotation: the first of its endpoints.
    @usableFromInline var primary = EndpointGroup()
    /// The backups: those that follow.
    @usableFromInline var backup = EndpointGroup()
}
