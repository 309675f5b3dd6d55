internal import Routing
internal import Synchronization

/// What has been done for one service, since it is there, so that its endpoints' failures cost little.
public struct ResilienceCounters: Sendable, Equatable {
    /// Tries made again.
    public var retries: UInt64 = 0
    /// Tries that were not made again because the budget was used up.
    public var retriesDenied: UInt64 = 0
    /// Retries that may be made now.
    public var retriesLeft = 0
    /// Second endpoints that were asked as well.
    public var hedges: UInt64 = 0
    /// Those among them whose answer was the first.
    public var hedgesWon: UInt64 = 0
    /// Requests that had to wait in line for an endpoint with room.
    public var queued: UInt64 = 0
    /// Those among them whose time was over.
    public var queueTimeouts: UInt64 = 0
    /// Requests that found the line full, or no line.
    public var queueRefusals: UInt64 = 0
    /// Requests that wait in line now.
    public var waiting = 0

    /// Nothing done.
    public init() {}

    /// Adds what was done for another.
    public mutating func add(_ other: ResilienceCounters) {
        retries &+= other.retries
        retriesDenied &+= other.retriesDenied
        retriesLeft += other.retriesLeft
        hedges &+= other.hedges
        hedgesWon &+= other.hedgesWon
        queued &+= other.queued
        queueTimeouts &+= other.queueTimeouts
        queueRefusals &+= other.queueRefusals
        waiting += other.waiting
    }

    init(_ state: ServiceState) {
        retries = state.retries.load(ordering: .relaxed)
        retriesDenied = state.retriesDenied.load(ordering: .relaxed)
        retriesLeft = state.retryBudget.left
        hedges = state.hedges.load(ordering: .relaxed)
        hedgesWon = state.hedgesWon.load(ordering: .relaxed)
        queued = state.queued.load(ordering: .relaxed)
        queueTimeouts = state.queueTimeouts.load(ordering: .relaxed)
        queueRefusals = state.queueRefusals.load(ordering: .relaxed)
        waiting = state.waiting.load(ordering: .relaxed)
    }
}
