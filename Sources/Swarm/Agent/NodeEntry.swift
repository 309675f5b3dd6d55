internal import KeyValue

/// An engine's entry in the store, held under a session that takes it away when it is not renewed.
///
/// For one task.
struct NodeEntry: Sendable {
    /// What came of keeping it.
    enum Outcome: Sendable, Equatable {
        /// It is there, as it was.
        case kept
        /// It was written.
        case written
        /// Another agent keeps it.
        case others
    }

    private let source: DiscoverySource.Store
    private let address: NodeAddress
    private let timeToLive: Duration
    /// The session; nil while there is none.
    private(set) var session: String?
    private var hasHeld = false

    /// The end of a lock delay of a millisecond.
    private static let lockDelay = Duration.milliseconds(1)

    /// An entry for the engine at `address`.
    ///
    /// - Parameters:
    ///   - timeToLive: how long it is there unless it is kept.
    ///   - heartbeat: how often it will be kept.
    init(_ source: DiscoverySource.Store, address: NodeAddress, timeToLive: Duration, heartbeat: Duration) {
        self.source = source
        self.address = address
        self.timeToLive = source.kind.sessionTimeToLive(timeToLive, refresh: heartbeat, least: .zero)
    }

    /// Where it is.
    var store: any KeyValueStore { source.store }

    /// The key.
    var key: String { source.keys.node(address) }

    /// Renews it, and writes it if it is not there.
    mutating func keep() async throws(KeyValueError) -> Outcome {
        if let held = session, try await !source.store.renewSession(held) { session = nil }
        let held = try await heldSession()
        let value = Array(address.description.utf8)
        let found = try await source.store.get(key)
        if found?.session == held, found?.value == value { return .kept }
        if try await acquire(value, held) { return .written }
        guard let holder = try await source.store.get(key)?.session else {
            // It is free, but for the delay of a lock that has just ended.
            try? await Task.sleep(for: Self.lockDelay * 20)
            return try await acquire(value, held) ? .written : .others
        }
        // An agent that is started anew takes over what the one before it left; one that is not leaves others alone.
        guard !hasHeld else { return .others }
        _ = try await source.store.release(key, value: value, session: holder)
        return try await acquire(value, held) ? .written : .others
    }

    /// Takes it away, and ends the session.
    mutating func leave() async throws(KeyValueError) {
        guard let held = session else { return }
        try await source.store.destroySession(held)
        session = nil
    }

    private mutating func acquire(_ value: [UInt8], _ held: String) async throws(KeyValueError) -> Bool {
        let isOurs = try await source.store.acquire(key, value: value, flags: source.flags, session: held)
        hasHeld = hasHeld || isOurs
        return isOurs
    }

    private mutating func heldSession() async throws(KeyValueError) -> String {
        if let session { return session }
        let made = try await source.store.grantedSession(
            name: "portico swarm join \(address)", ttl: timeToLive, behavior: .delete, lockDelay: Self.lockDelay)
        session = made.id
        return made.id
    }
}
