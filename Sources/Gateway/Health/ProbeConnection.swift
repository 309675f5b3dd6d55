internal import Reactor

/// A check under way.
struct ProbeConnection {
    enum Phase {
        case connecting, handshake, answer
    }

    /// Its socket, -1 while the place is free.
    var fd: Int32 = -1
    /// Counted up as the place is freed: an event of an earlier occupant is told by it.
    var generation: UInt32 = 0
    var phase = Phase.connecting
    var readiness: Readiness = []
    /// Which check it is.
    var start = ProbeBook.Start(number: -1, mark: 0, deadline: 0)
    var manner = ProbeManner.connection
    var tls = TLSSession()
    /// What is to be sent, and how much of it was.
    var request: [UInt8] = []
    var sent = 0
    var answer: ProbeAnswer?
}
