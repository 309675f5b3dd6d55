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

    /// A new service's state.
    init(name: String, lease: SlotLease) {
        self.name = name
        self.lease = lease
    }
}
