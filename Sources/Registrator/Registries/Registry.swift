/// Where a host's services are made known: a key-value store, or Consul's catalog.
///
/// A registry writes only what differs from what is there, gives everything a lifetime if it is told one, and makes it again
/// after the store was away. Its calls are made one after the other; ``refresh()`` alone may be made beside another.
public protocol Registry: Sendable {
    /// `consulkv://127.0.0.1:8500/services`, without secrets: for logs.
    var name: String { get }

    /// Whether it answers.
    func ping() async throws

    /// Makes it so that exactly `services` of this host are there, and tells what was written.
    ///
    /// Entries of this host that are not among them go; what is already right is not written again. Entries of other hosts,
    /// and those whose ID does not follow the form, stay.
    func reconcile(_ services: [HostedService]) async throws -> RegistryChange

    /// Keeps what was written alive: well before its lifetime is over. Nothing where entries have none.
    ///
    /// - Returns: false if the lifetime was over, and everything has to be written again.
    func refresh() async throws -> Bool

    /// Takes away all of this host's entries that this registry wrote.
    func leave() async throws
}

/// What became of a reconciliation.
public struct RegistryChange: Sendable, Equatable {
    /// How many entries were written, new or changed.
    public var written = 0
    /// How many entries were taken away.
    public var removed = 0
    /// Services that were not made known, each with its reason; all others were.
    public var refused: [RegistryRefusal] = []

    /// Nothing changed.
    public init() {}
}

/// A service that a registry does not take: its ID is somebody else's, or what is said of it makes no sense there.
public struct RegistryRefusal: Sendable, Equatable, CustomStringConvertible {
    /// The service's ID.
    public var id: String
    /// What is wrong, where, and what would be right.
    public var reason: String

    /// A refusal.
    public init(id: String, reason: String) {
        self.id = id
        self.reason = reason
    }

    /// `dh1:web:80: ...`.
    public var description: String { "\(id): \(reason)" }
}
