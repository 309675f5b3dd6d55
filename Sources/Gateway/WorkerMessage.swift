internal import Certificates
internal import Routing

/// What another thread asks of a worker.
enum WorkerMessage: Sendable {
    case install(RoutingTable, UpstreamSecurity)
    /// Show these certificates at the listener of this number.
    case certificates(CertificateTable, listener: Int)
    /// Stop accepting, finish what is under way, cut what is left at the deadline.
    case drain(DrainOrder)
    /// The word on the credentials of a parked request.
    case verified(ParkingTicket, Bool)
    /// A place has become free that requests of this worker may wait for.
    case lookAtLines
    /// Say that the loop runs.
    case signOfLife
}

/// How a worker is to end.
struct DrainOrder: Sendable {
    /// When what is left is cut, in monotonic nanoseconds.
    var deadline: UInt64
    /// Milliseconds that idle connections are kept.
    var idleMilliseconds: UInt32
    /// Listeners whose sockets a successor serves now.
    var handedOver: Set<Int> = []
}
