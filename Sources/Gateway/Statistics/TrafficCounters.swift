/// What one listener, route, service or endpoint has seen since the start.
public struct TrafficCounters: Sendable, Equatable {
    /// Requests and TCP sessions begun.
    public var requests: UInt64 = 0
    /// Those among them that have ended.
    public var ended: UInt64 = 0
    /// Nanoseconds that these took together: of endpoints from when they were asked, else from the request's head.
    public var nanoseconds: UInt64 = 0
    /// Octets received from clients.
    public var bytesIn: UInt64 = 0
    /// Octets sent to clients.
    public var bytesOut: UInt64 = 0
    /// Requests that failed on the endpoint's side.
    public var failures: UInt64 = 0
    /// Tries made again.
    public var retries: UInt64 = 0
    /// Connections: of a listener those that clients have made, of an endpoint those that were begun to it.
    public var opened: UInt64 = 0
    /// Of a listener, those among them that are closed.
    public var closed: UInt64 = 0
    /// By class, as `answers`; no array, for there are many of these.
    private var classes = InlineArray<5, UInt64>(repeating: 0)

    /// Nothing seen.
    public init() {}

    /// Answers by class: 1xx to 5xx at index 0 to 4.
    public var answers: [UInt64] { classes.indices.map { classes[$0] } }

    /// Answers of the class at `index` of ``answers``.
    public func answers(at index: Int) -> UInt64 { classes[index] }

    /// Requests and sessions that are under way.
    public var underway: UInt64 { requests > ended ? requests - ended : 0 }

    /// Clients' connections that are open.
    public var connections: UInt64 { opened > closed ? opened - closed : 0 }

    /// Adds to the answers of a class.
    mutating func addAnswers(_ count: UInt64, at index: Int) { classes[index] &+= count }

    /// Adds what another has seen.
    public mutating func add(_ other: TrafficCounters) { combine(other, &+) }

    /// What came since `former`; all of it where that is nil or had more, for then the counters began anew.
    public func growth(since former: TrafficCounters?) -> TrafficCounters {
        guard let former, former.requests <= requests else { return self }
        var growth = self
        growth.combine(former) { $0 > $1 ? $0 - $1 : 0 }
        return growth
    }

    /// Takes away what was there before.
    mutating func subtract(_ other: TrafficCounters) { combine(other, &-) }

    private mutating func combine(_ other: TrafficCounters, _ operation: (UInt64, UInt64) -> UInt64) {
        requests = operation(requests, other.requests)
        ended = operation(ended, other.ended)
        nanoseconds = operation(nanoseconds, other.nanoseconds)
        bytesIn = operation(bytesIn, other.bytesIn)
        bytesOut = operation(bytesOut, other.bytesOut)
        failures = operation(failures, other.failures)
        retries = operation(retries, other.retries)
        opened = operation(opened, other.opened)
        closed = operation(closed, other.closed)
        for index in classes.indices { classes[index] = operation(classes[index], other.classes[index]) }
    }

    /// Whether both have seen the same.
    public static func == (left: TrafficCounters, right: TrafficCounters) -> Bool {
        var difference = left
        difference.combine(right, ^)
        return [
            difference.requests, difference.ended, difference.nanoseconds, difference.bytesIn, difference.bytesOut,
            difference.failures, difference.retries, difference.opened, difference.closed,
        ].allSatisfy { $0 == 0 } && difference.classes.indices.allSatisfy { difference.classes[$0] == 0 }
    }
}
