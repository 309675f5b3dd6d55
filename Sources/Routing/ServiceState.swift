/// What is known of a service from serving it: kept by its name while tables come and go.
///
/// Shared by all workers; every member is atomic or constant.
public final class ServiceState: Sendable {
    /// The service's name.
    public let name: String
    /// The number by which workers index what they keep of it; free for another when the last reference is gone.
    let lease: SlotLease

    /// A new service's state.
    init(name: String, lease: SlotLease) {
        self.name = name
        self.lease = lease
    }
}
