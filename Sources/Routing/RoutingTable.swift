public import Wire

/// The immutable table that every request is routed by.
///
/// Compiled off the workers from a ``TableDescription``, installed with one pointer, read without a lock. What the hot path
/// reads are arrays of trivial records indexed by small integers.
public final class RoutingTable: Sendable {
    /// The number that log lines name.
    public let generation: UInt64
    /// Compiled routes, in the order of their names.
    public let routes: [RouteRecord]
    /// Compiled services.
    public let services: [ServiceRecord]
    /// Endpoints of all services, each service's together.
    public let endpoints: [EndpointRecord]
    /// The state of the endpoint at the same index of `endpoints`.
    public let states: [EndpointState]
    /// One more than the largest endpoint slot in use: what a worker's pools and counters must have room for.
    public let slotLimit: Int
    /// The description that it was compiled from.
    public let description: TableDescription

    /// A table that knows no host.
    public init() {
        generation = 0
        routes = []
        services = []
        endpoints = []
        states = []
        slotLimit = 0
        description = TableDescription()
    }

    /// Compiles `description`. Entries that cannot be are left out, each with its problem; the rest stands.
    ///
    /// - Parameter previous: the table in force: endpoints that stay keep their state.
    public static func compile(
        _ description: TableDescription, previous: RoutingTable?
    ) -> (table: RoutingTable, problems: [TableProblem]) {
        (RoutingTable(), [])
    }

    /// The route for a request.
    ///
    /// - Parameters:
    ///   - host: the host as ``HostName/normalize(_:into:)`` gives it; empty if there was none.
    ///   - path: the path as ``RequestPath`` gives it.
    ///   - method: the method, if known.
    ///   - methodName: its octets.
    ///   - head: the head's octets, into which `fields` point.
    ///   - fields: the head's fields.
    public func match(
        host: RawSpan, path: RawSpan, method: Method, methodName: RawSpan, head: RawSpan, fields: Span<HeaderField>
    ) -> RouteMatch {
        .noRoute
    }

    /// The service (an index into `services`) that this request of `route` goes to; `random` is any number. -1: none.
    public func service(of route: Int, random: UInt32) -> Int {
        -1
    }

    /// The endpoint (an index into `endpoints`) for the next request to `service`, or -1 if there is none.
    ///
    /// - Parameters:
    ///   - service: an index into `services`.
    ///   - cursor: the worker's place in the service's rotation.
    ///   - random: any number.
    ///   - now: monotonic nanoseconds, against which ejections are held.
    ///   - excluding: endpoints tried before by this request.
    public func endpoint(
        for service: Int, cursor: inout UInt32, random: UInt64, now: UInt64, excluding tried: TriedEndpoints
    ) -> Int {
        -1
    }
}

/// The endpoints that a request has tried: a handful at the most, so they lie in line.
@frozen
public struct TriedEndpoints: Sendable {
    /// Slots of the endpoints (not indices: those change with the table), -1 where unused.
    public var slots: (Int32, Int32, Int32, Int32) = (-1, -1, -1, -1)
    /// None yet.
    @inlinable
    public init() {}
    /// Whether `slot` was tried.
    @inlinable
    public func contains(_ slot: Int) -> Bool {
        let slot = Int32(truncatingIfNeeded: slot)
        return slots.0 == slot || slots.1 == slot || slots.2 == slot || slots.3 == slot
    }
    /// Notes `slot`; the oldest is forgotten when there are four.
    @inlinable
    public mutating func insert(_ slot: Int) {
        slots = (Int32(truncatingIfNeeded: slot), slots.0, slots.1, slots.2)
    }
}

/// What matching a request came to.
@frozen
public enum RouteMatch: Sendable, Equatable {
    /// The index of the route in ``RoutingTable/routes``.
    case route(Int)
    /// No route has this host and path: 404.
    case noRoute
    /// Routes have this host and path but not this method: 405.
    case methodNotAllowed
}

/// What the hot path needs of a route.
@frozen
public struct RouteRecord: Sendable {
    /// The route does something to the request beyond forwarding it as it is: look at ``RoutingTable/actions``.
    public var hasActions: Bool
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
}

/// What the hot path needs of a service.
@frozen
public struct ServiceRecord: Sendable {
    /// Its endpoints: `endpoints[firstEndpoint ..< firstEndpoint + endpointCount]`.
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
    /// The service's counters and rotation: a number that stays with the service's name.
    public var statisticsSlot: Int32
}

/// What the hot path needs of an endpoint.
@frozen
public struct EndpointRecord: Sendable {
    /// The address to connect to.
    public var address: EndpointAddress
    /// ``EndpointState/slot``.
    public var slot: Int32
    /// Its service, an index into ``RoutingTable/services``.
    public var service: Int32
    /// Its weight, 0 to 65535.
    public var weight: Int32
    /// Used only when no other is in.
    public var isBackup: Bool
    /// Gets no new request.
    public var isDraining: Bool
}

/// An IP address and port as the kernel takes them, without the kernel's types.
@frozen
public struct EndpointAddress: Sendable, Hashable {
    /// 16 octets in network order; IPv4 uses the first four of `high`'s memory order.
    public var high: UInt64
    /// The second eight octets of an IPv6 address.
    public var low: UInt64
    /// Port in host order.
    public var port: UInt16
    /// IPv6 rather than IPv4.
    public var isIPv6: Bool

    /// From parts.
    @inlinable
    public init(high: UInt64, low: UInt64, port: UInt16, isIPv6: Bool) {
        self.high = high
        self.low = low
        self.port = port
        self.isIPv6 = isIPv6
    }

    /// From `10.0.0.5:80` or `[::1]:80`; nil if it is neither.
    public init?(_ text: String) {
        return nil
    }
}
