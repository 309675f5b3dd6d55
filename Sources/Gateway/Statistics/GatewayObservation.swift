public import Routing

/// What a gateway has seen at one moment, in the order of the table in force.
public struct GatewayObservation: Sendable {
    /// The table.
    public var table: RoutingTable
    /// The listeners' names, in the configuration's order.
    public var listenerNames: [String] = []
    /// By listener.
    public var listeners: [TrafficCounters] = []
    /// How long each listener's requests took.
    public var listenerDurations: [DurationHistogram] = []
    /// Each listener's TLS handshakes.
    public var handshakes: [HandshakeCounters] = []
    /// By route, as ``RoutingTable/routeNames``.
    public var routes: [TrafficCounters] = []
    /// By service, as ``RoutingTable/serviceNames``.
    public var services: [TrafficCounters] = []
    /// How long each service's requests took; nil where that is not counted, for there are too many services.
    public var durations: [DurationHistogram?] = []
    /// How long the requests of those took together.
    public var otherDurations = DurationHistogram()
    /// What keeps each service's failures from spreading.
    public var resilience: [ResilienceCounters] = []
    /// By endpoint, as ``RoutingTable/states``.
    public var endpoints: [TrafficCounters] = []
    /// How each endpoint stands.
    public var standings: [EndpointStanding] = []
    /// The whole.
    public var totals = GatewayTotals()

    /// Nothing seen, by `table`.
    init(table: RoutingTable) {
        self.table = table
    }
}
