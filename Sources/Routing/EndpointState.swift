public import Synchronization

/// What is known of an endpoint from serving it: kept by its identity `service/address` while tables come and go.
///
/// Shared by all workers; every member is atomic or constant. Its slot is free for another endpoint only when the last
/// reference to the state is gone: a request that outlives its table keeps the state if it goes on using the slot.
public final class EndpointState: Sendable {
    /// The identity: `service/address`.
    public let identity: String
    /// A small number that no other living endpoint has: workers index their pools and counters by it.
    public let slot: Int
    /// Requests now at the endpoint, over all workers.
    public let inFlight = Atomic<Int>(0)
    /// Monotonic nanoseconds until which the endpoint gets no request because it refused or failed; 0 when it is in.
    public let ejectedUntil = Atomic<UInt64>(0)
    /// Failures in a row, reset by an answer.
    public let consecutiveFailures = Atomic<Int>(0)
    /// What its health checks say: a raw value of ``EndpointHealth``.
    public let health = Atomic<UInt8>(0)
    /// Monotonic nanoseconds at which it came into the rotation, new or recovered, for its slow start; 0 when long ago.
    ///
    /// Whoever lets an endpoint back in writes the time. One that comes to a service with a slow start, which had others
    /// before, has ``justAdded``, which the first choice that considers it makes the time of its own.
    public let risenAt = Atomic<UInt64>(0)
    /// In ``risenAt``: it has come, and no request has since.
    static let justAdded: UInt64 = 1
    /// Errors in a row as its service's outlier policy counts them.
    public let consecutiveErrors = Atomic<Int>(0)
    /// It is out for answering badly and counted in ``ServiceState/ejected``.
    public let isEjected = Atomic<Bool>(false)
    /// Times that it was out for answering badly, less one for each ejection's length that it did well.
    public let ejectionCount = Atomic<Int>(0)
    /// Monotonic nanoseconds at which it last came back from that, or is to; 0 if it never was out.
    public let ejectionEnd = Atomic<UInt64>(0)
    /// All times that it was out for answering badly.
    public let ejections = Atomic<UInt64>(0)
    /// Times that it should have been, but too many others were out already.
    public let ejectionsHeld = Atomic<UInt64>(0)
    /// Health checks that have passed.
    public let checksPassed = Atomic<UInt64>(0)
    /// Health checks that have failed.
    public let checksFailed = Atomic<UInt64>(0)
    /// Why it failed its last check or was ejected: `GET /healthz: 503, expected 200-399`; empty if it never did.
    public let trouble = Mutex("")
    /// How long its answers' first octet takes, in nanoseconds, as of ``latencyAt``; 0 before the first.
    ///
    /// Kept where the service is ``ServiceTraits/measured``: see ``observe(latency:now:)``.
    public let latency = Atomic<UInt64>(0)
    /// Monotonic nanoseconds of the latest answer.
    public let latencyAt = Atomic<UInt64>(0)
    /// Where the slot goes back to; nil if it is no registry's.
    private let registry: SlotRegistry?

    /// A new endpoint's state with a slot of the caller's.
    public init(identity: String, slot: Int) {
        self.identity = identity
        self.slot = slot
        registry = nil
    }

    /// A new endpoint's state with a slot of `registry`, given back when the state goes.
    init(identity: String, from registry: SlotRegistry) {
        self.identity = identity
        self.registry = registry
        slot = registry.take()
    }

    deinit {
        registry?.giveBack(slot)
    }
}
