public import Synchronization

/// What is known of a service from serving it: kept by its name while tables come and go.
///
/// Shared by all workers; every member is atomic or constant.
public final class ServiceState: Sendable {
    /// The service's name.
    public let name: String
    /// The number by which workers index what they keep of it; free for another when the last reference is gone.
    let lease: SlotLease

    /// Its endpoints that are out for answering badly: never more than its policy lets be out at once.
    public let ejected = Atomic<Int>(0)
    /// What is left of its retries.
    public let retryBudget = RetryBudget()
    /// Requests now at its endpoints, over all workers; counted only while ``CircuitLimits/connections`` limits them.
    public let inFlight = Atomic<Int>(0)
    /// Requests that wait in line for an endpoint with room, over all workers.
    public let waiting = Atomic<Int>(0)
    /// The workers that have such requests, by the lowest bits of their numbers.
    public let waitingWorkers = Atomic<UInt64>(0)
    /// Tries made again, and those that the budget did not allow.
    public let retries = Atomic<UInt64>(0)
    /// See `retries`.
    public let retriesDenied = Atomic<UInt64>(0)
    /// Second endpoints that were asked as well, and those among them whose answer counted.
    public let hedges = Atomic<UInt64>(0)
    /// See `hedges`.
    public let hedgesWon = Atomic<UInt64>(0)
    /// Requests that had to wait in line, those among them whose time was over, and those that found the line full.
    public let queued = Atomic<UInt64>(0)
    /// See `queued`.
    public let queueTimeouts = Atomic<UInt64>(0)
    /// See `queued`.
    public let queueRefusals = Atomic<UInt64>(0)

    /// The latest ``ServiceCensus``, as a word.
    let census = Atomic<UInt64>(0)

    /// A new service's state.
    init(name: String, lease: SlotLease) {
        self.name = name
        self.lease = lease
    }
}
