/// One key with its value and what the store knows of it (the vocabulary is Consul's).
public struct KeyValueEntry: Sendable, Equatable {
    /// The whole key, without a leading slash.
    public var key: String
    /// The value's octets.
    public var value: [UInt8]
    /// A number that the writer chose.
    public var flags: UInt64
    /// The store's index at the key's creation.
    public var createIndex: UInt64
    /// The store's index at the key's last change: its revision.
    public var modifyIndex: UInt64
    /// How often the key was locked.
    public var lockIndex: UInt64
    /// The session that holds the key's lock.
    public var session: String?

    /// An entry.
    public init(
        key: String, value: [UInt8], flags: UInt64 = 0, createIndex: UInt64 = 0, modifyIndex: UInt64 = 0,
        lockIndex: UInt64 = 0, session: String? = nil
    ) {
        self.key = key
        self.value = value
        self.flags = flags
        self.createIndex = createIndex
        self.modifyIndex = modifyIndex
        self.lockIndex = lockIndex
        self.session = session
    }
}

/// All keys under a prefix at one index.
public struct KeyValueListing: Sendable, Equatable {
    /// The entries in the order of their keys' octets.
    public var entries: [KeyValueEntry]
    /// The store's index that they were read at.
    public var index: UInt64

    /// A listing.
    public init(entries: [KeyValueEntry], index: UInt64) {
        self.entries = entries
        self.index = index
    }
}

/// What a watch tells: the newest state, never a queue of old ones.
public enum KeyValueWatchEvent: Sendable {
    /// The prefix as it is now. `isRegressed`: the store's index went backwards since the last one (a wiped or restored
    /// store); `isFirstAfterOutage`: the store was away before it.
    case listing(KeyValueListing, isRegressed: Bool, isFirstAfterOutage: Bool)
    /// The store cannot be read; it is being retried. What was last heard still holds.
    case unavailable(KeyValueError)
}

/// What happens to the keys a session holds when it ends.
public enum SessionBehavior: String, Sendable, Codable {
    /// The locks are released, the keys stay.
    case release
    /// The keys are deleted.
    case delete
}

/// A key-value store: Consul, etcd, embedded, a file.
///
/// Keys carry no leading slash; one that is given is dropped. All calls throw ``KeyValueError``.
public protocol KeyValueStore: Sendable {
    /// `consul://127.0.0.1:8500` without secrets: for logs and provenance.
    var name: String { get }

    /// The entry of `key`, nil if there is none.
    func get(_ key: String) async throws(KeyValueError) -> KeyValueEntry?

    /// All entries whose keys begin with `prefix`.
    func list(prefix: String) async throws(KeyValueError) -> KeyValueListing

    /// Writes `value`; makes the key if it is not there.
    func put(_ key: String, value: [UInt8], flags: UInt64) async throws(KeyValueError)

    /// Deletes `key`; a key that is not there is no error.
    func delete(_ key: String) async throws(KeyValueError)

    /// Deletes all keys that begin with `prefix`.
    func deleteTree(prefix: String) async throws(KeyValueError)

    /// Writes `value` only if the key's `modifyIndex` is still `index` (0: only if there is no such key).
    ///
    /// - Returns: whether it was written.
    func compareAndSet(_ key: String, value: [UInt8], flags: UInt64, index: UInt64) async throws(KeyValueError) -> Bool

    /// Deletes the key only if its `modifyIndex` is still `index`.
    func compareAndDelete(_ key: String, index: UInt64) async throws(KeyValueError) -> Bool

    /// Follows `prefix` until the task is cancelled: the state now, then every change, the newest only.
    func watch(prefix: String) -> AsyncStream<KeyValueWatchEvent>

    /// Makes a session that ends unless it is renewed within `ttl`.
    func createSession(
        name: String, ttl: Duration, behavior: SessionBehavior, lockDelay: Duration
    ) async throws(KeyValueError) -> String

    /// Renews a session.
    ///
    /// - Returns: false if there is no such session any more.
    func renewSession(_ id: String) async throws(KeyValueError) -> Bool

    /// Ends a session; its behaviour decides what becomes of its keys.
    func destroySession(_ id: String) async throws(KeyValueError)

    /// Writes `value` and locks `key` for `session`.
    ///
    /// - Returns: false if another session holds the lock.
    func acquire(
        _ key: String, value: [UInt8], flags: UInt64, session: String
    ) async throws(KeyValueError) -> Bool

    /// Gives up the lock.
    ///
    /// - Returns: false if `session` does not hold it.
    func release(_ key: String, value: [UInt8], session: String) async throws(KeyValueError) -> Bool
}
