internal import Synchronization

/// A store that cannot be opened yet, because another process has it: asked by way of that one, if it serves it, until
/// ``open(_:)``.
public final class AwaitedStore: KeyValueStore {
    /// The name of the store that is awaited.
    public let name: String
    private let interim: (any KeyValueStore)?
    private let state = Mutex(State())

    private struct State {
        var store: (any KeyValueStore)?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// A store that will be called `name`; `interim` has the same keys until then.
    public init(name: String, interim: (any KeyValueStore)? = nil) {
        self.name = name
        self.interim = interim
    }

    /// Goes on with `store`; watches that wait begin.
    public func open(_ store: any KeyValueStore) {
        let waiting = state.withLock { state in
            state.store = store
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    private func opened() throws(KeyValueError) -> any KeyValueStore {
        guard let store = state.withLock({ $0.store }) ?? interim else {
            throw KeyValueError(.unavailable, "\(name): another process still has it")
        }
        return store
    }

    /// The entry of `key`, nil if there is none.
    public func get(_ key: String) async throws(KeyValueError) -> KeyValueEntry? { try await opened().get(key) }

    /// All entries whose keys begin with `prefix`.
    public func list(prefix: String) async throws(KeyValueError) -> KeyValueListing {
        try await opened().list(prefix: prefix)
    }

    /// Writes `value`; makes the key if it is not there.
    public func put(_ key: String, value: [UInt8], flags: UInt64) async throws(KeyValueError) {
        try await opened().put(key, value: value, flags: flags)
    }

    /// Deletes `key`; a key that is not there is no error.
    public func delete(_ key: String) async throws(KeyValueError) { try await opened().delete(key) }

    /// Deletes all keys that begin with `prefix`.
    public func deleteTree(prefix: String) async throws(KeyValueError) {
        try await opened().deleteTree(prefix: prefix)
    }

    /// Writes `value` only if the key's `modifyIndex` is still `index`.
    public func compareAndSet(
        _ key: String, value: [UInt8], flags: UInt64, index: UInt64
    ) async throws(KeyValueError) -> Bool {
        try await opened().compareAndSet(key, value: value, flags: flags, index: index)
    }

    /// Deletes the key only if its `modifyIndex` is still `index`.
    public func compareAndDelete(_ key: String, index: UInt64) async throws(KeyValueError) -> Bool {
        try await opened().compareAndDelete(key, index: index)
    }

    /// Follows `prefix`, from ``open(_:)`` on in the store itself.
    public func watch(prefix: String) -> AsyncStream<KeyValueWatchEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: KeyValueWatchEvent.self, bufferingPolicy: .bufferingNewest(1))
        let following = Task { [interim] in
            guard let interim else { return }
            for await event in interim.watch(prefix: prefix) {
                // That it is away is no news: it is about to be.
                if case .listing = event, !Task.isCancelled { continuation.yield(event) }
            }
        }
        let task = Task { [self] in
            await waitUntilOpen()
            following.cancel()
            // What it still says must not come after what the store says.
            await following.value
            guard !Task.isCancelled, let store = state.withLock({ $0.store }) else { return }
            for await event in store.watch(prefix: prefix) { continuation.yield(event) }
            continuation.finish()
        }
        continuation.onTermination = { _ in
            following.cancel()
            task.cancel()
        }
        return stream
    }

    private func waitUntilOpen() async {
        await withCheckedContinuation { opening in
            let isOpen = state.withLock { state in
                if state.store != nil { return true }
                state.waiting.append(opening)
                return false
            }
            if isOpen { opening.resume() }
        }
    }

    /// Makes a session that ends unless it is renewed within `ttl`.
    public func createSession(
        name: String, ttl: Duration, behavior: SessionBehavior, lockDelay: Duration
    ) async throws(KeyValueError) -> String {
        try await opened().createSession(name: name, ttl: ttl, behavior: behavior, lockDelay: lockDelay)
    }

    /// Renews a session; false if there is no such session any more.
    public func renewSession(_ id: String) async throws(KeyValueError) -> Bool {
        try await opened().renewSession(id)
    }

    /// Ends a session; its behaviour decides what becomes of its keys.
    public func destroySession(_ id: String) async throws(KeyValueError) { try await opened().destroySession(id) }

    /// Writes `value` and locks `key` for `session`; false if another holds the lock.
    public func acquire(
        _ key: String, value: [UInt8], flags: UInt64, session: String
    ) async throws(KeyValueError) -> Bool {
        try await opened().acquire(key, value: value, flags: flags, session: session)
    }

    /// Gives up the lock; false if `session` does not hold it.
    public func release(_ key: String, value: [UInt8], session: String) async throws(KeyValueError) -> Bool {
        try await opened().release(key, value: value, session: session)
    }
}
