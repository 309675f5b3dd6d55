public import HTTP2
internal import Routing

/// What one listener, route, service or endpoint has seen since the start.
public struct TrafficCounters: Sendable, Equatable {
    /// Requests begun.
    public var requests: UInt64 = 0
    /// Answers by class: 1xx to 5xx at index 0 to 4.
    public var answers: [UInt64] = [0, 0, 0, 0, 0]
    /// Octets received from clients.
    public var bytesIn: UInt64 = 0
    /// Octets sent to clients.
    public var bytesOut: UInt64 = 0
    /// Requests that failed on the endpoint's side.
    public var failures: UInt64 = 0
    /// Tries made again.
    public var retries: UInt64 = 0
    /// Nanoseconds that the answered requests took together; counted of endpoints alone.
    public var nanoseconds: UInt64 = 0

    /// Nothing seen.
    public init() {}
}

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

extension TrafficCounters {
    /// Takes away what was there before.
    mutating func subtract(_ other: TrafficCounters) {
        requests &-= other.requests
        for index in answers.indices { answers[index] &-= other.answers[index] }
        bytesIn &-= other.bytesIn
        bytesOut &-= other.bytesOut
        failures &-= other.failures
        retries &-= other.retries
        nanoseconds &-= other.nanoseconds
    }
}
