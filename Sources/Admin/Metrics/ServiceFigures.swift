/// What is told of a service's endpoints, or of those of several.
struct ServiceFigures {
    var endpoints: UInt64 = 0
    /// Those among them that new requests may go to.
    var usable: UInt64 = 0
    var inFlight: UInt64 = 0

    /// Adds another's.
    mutating func add(_ other: ServiceFigures) {
        endpoints += other.endpoints
        usable += other.usable
        inFlight += other.inFlight
    }
}
