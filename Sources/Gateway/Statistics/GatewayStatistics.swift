public import HTTP2
internal import Routing

/// The counters of a gateway, summed over its workers.
public struct GatewayStatistics: Sendable, Equatable {
    /// By listener name.
    public var listeners: [String: TrafficCounters] = [:]
    /// By route name.
    public var routes: [String: TrafficCounters] = [:]
    /// By service name.
    public var services: [String: TrafficCounters] = [:]
    /// By endpoint identity, `service/address`.
    public var endpoints: [String: TrafficCounters] = [:]
    /// What keeps failures from spreading, by service name.
    public var resilience: [String: ResilienceCounters] = [:]
    /// How each endpoint stands with its checks and its errors, by its identity.
    public var standings: [String: EndpointStanding] = [:]
    /// The whole.
    public var totals = GatewayTotals()

    /// Client connections now open.
    public var connections: Int { totals.connections }
    /// Requests refused by the parser.
    public var badRequests: UInt64 { totals.badRequests }
    /// TLS handshakes that succeeded, those among them that took up an earlier session, and those that failed.
    public var handshakes: UInt64 { totals.handshakes }
    /// See `handshakes`.
    public var resumptions: UInt64 { totals.resumptions }
    /// See `handshakes`.
    public var handshakeFailures: UInt64 { totals.handshakeFailures }
    /// HTTP/2 with clients and endpoints: streams, resets, and connections that were ended for what the peer did.
    public var http2: HTTP2Counters { totals.http2 }
    /// Log lines that were dropped because the writer was behind.
    public var logLinesDropped: UInt64 { totals.logLinesDropped }
    /// Number of the table in force on every worker; the lowest if they differ.
    public var generation: UInt64 { totals.generation }

    /// Nothing seen.
    public init() {}

    /// What was seen, by names.
    init(_ seen: GatewayObservation) {
        let table = seen.table
        for (name, counters) in zip(seen.listenerNames, seen.listeners) { listeners[name] = counters }
        for (name, counters) in zip(table.routeNames, seen.routes) { routes[name] = counters }
        for (name, counters) in zip(table.serviceNames, seen.services) { services[name] = counters }
        for (name, counters) in zip(table.serviceNames, seen.resilience) { resilience[name] = counters }
        for (index, state) in table.states.enumerated() {
            endpoints[state.identity] = seen.endpoints[index]
            standings[state.identity] = seen.standings[index]
        }
        totals = seen.totals
    }
}
