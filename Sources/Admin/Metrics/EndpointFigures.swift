internal import Gateway
internal import Routing

/// How an endpoint stands, or how many of several do.
struct EndpointFigures {
    var inFlight: UInt64
    var isIn: UInt64
    var weight: UInt64
    var healthy: UInt64
    var passed: UInt64
    var failed: UInt64
    var ejections: UInt64
    var ejected: UInt64

    /// The endpoint at `place` of the table's.
    init(_ seen: GatewayObservation, at place: Int) {
        let standing = seen.standings[place]
        inFlight = UInt64(clamping: standing.inFlight)
        isIn = seen.isIn(place) ? 1 : 0
        weight = UInt64(clamping: seen.table.endpoints[place].weight)
        healthy = standing.health == .down ? 0 : 1
        passed = standing.checksPassed
        failed = standing.checksFailed
        ejections = standing.ejections
        ejected = standing.isEjected ? 1 : 0
    }

    /// Adds another's.
    mutating func add(_ other: EndpointFigures) {
        inFlight &+= other.inFlight
        isIn &+= other.isIn
        weight &+= other.weight
        healthy &+= other.healthy
        passed &+= other.passed
        failed &+= other.failed
        ejections &+= other.ejections
        ejected &+= other.ejected
    }
}
