/// What a parked request waits for.
enum ParkingReason: UInt8, Sendable {
    /// An endpoint that has room (`limits.queue`).
    case endpoint
    /// A password's verification, which is done off the worker.
    case verification
    /// Another service's word on whether it may go on.
    case permission
}

/// Names a parked request for as long as it is parked, and nothing after that.
///
/// A trivial value: another thread may carry it and send it back in a message to the worker that gave it.
struct ParkingTicket: Sendable, Equatable {
    let index: Int32
    let generation: UInt32
}

/// A request that waits between being routed and being forwarded, in a slab of its own: few requests ever do.
struct ParkedRequest {
    let index: Int32
    /// Counted up when the place is freed: an earlier occupant's ticket is told by it.
    var generation: UInt32 = 0
    /// The exchange; -1 when the place is free.
    var exchange: Int32 = -1
    var reason = ParkingReason.endpoint
    /// When it was parked, monotonic nanoseconds.
    var since: UInt64 = 0
    /// Neighbours in a waiting line; -1 at its ends, and in none.
    var previous: Int32 = -1
    var next: Int32 = -1
    /// The number of the service whose line it is in (``ServiceRecord/statisticsSlot``); -1 when in none.
    var line: Int32 = -1

    init(index: Int32) {
        self.index = index
    }

    /// What its occupant is named by.
    var ticket: ParkingTicket { ParkingTicket(index: index, generation: generation) }
}
