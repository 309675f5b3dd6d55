/// What the hot path needs of a route.
@frozen
public struct RouteRecord: Sendable {
    /// The route does something to the request beyond forwarding it as it is: one of the four flags below is set.
    public var hasActions: Bool
    /// ``RoutingTable/redirect(of:scheme:host:path:query:hasQuery:)`` answers it.
    public var hasRedirect = false
    /// ``RoutingTable/forwardedPath(of:path:)`` may give another path.
    public var hasPathEdit = false
    /// ``RoutingTable/requestEdits(of:)`` has edits.
    public var hasRequestEdits = false
    /// ``RoutingTable/responseEdits(of:)`` has edits.
    public var hasResponseEdits = false
    /// Waits of this route; those of its service where `overridesTimeouts` is false.
    public var timeouts: Timeouts
    /// Whether `timeouts` counts.
    public var overridesTimeouts: Bool
    /// Retries of this route, as above.
    public var retries: RetryPolicy
    /// Whether `retries` counts.
    public var overridesRetries: Bool
    /// The most octets of a body; -1: the service's limit.
    public var requestBodyLimit: Int64
    /// The route's counters: a number that stays with the route's name.
    public var statisticsSlot: Int32
    /// What it asks for before a request is forwarded.
    public var traits: RouteTraits = []
    /// Who may use it: an index for ``RoutingTable/routeAccess(_:)``, or -1.
    public var access: Int32 = -1
    /// Where its services lie among the table's shares.
    @usableFromInline var firstShare: Int32 = 0
    /// How many services share its requests; 0: none, its requests get 503.
    @usableFromInline var shareCount: Int32 = 0
    /// Its actions, or -1.
    @usableFromInline var action: Int32 = -1
}
