/// A store in this process's memory, for tests and dry runs: nothing is kept, nobody else can reach it.
///
/// It behaves as the real stores do (compare-and-set, watches, sessions with a TTL and lock delay), so that what is
/// tested against it holds for them. ``setAway(_:)`` plays an outage and ``wipe()`` a store that was restored empty.
///
/// An outage begins and ends for all watches at once, while ``list(prefix:)`` and the writes throw
/// ``KeyValueError/Kind/unavailable``.
public actor MemoryStore: KeyValueStore {
    /// A session and what it needs to end.
    private struct Session {
        var ttl: Duration
        var behavior: SessionBehavior
        var lockDelay: Duration
        var deadline: ContinuousClock.Instant
    }

    /// Who follows a prefix, and what it was told last.
    private struct Watcher {
        var prefix: String
        var continuation: AsyncStream<KeyValueWatchEvent>.Continuation
        var lastListing: KeyValueListing?
        var isAfterOutage = false
    }

    /// `memory:` and what it was called.
    public nonisolated let name: String

    private var entries: [String: KeyValueEntry] = [:]
    private var index: UInt64 = 1
    private var sessions: [String: Session] = [:]
    private var lockedUntil: [String: ContinuousClock.Instant] = [:]
    private var watchers: [UInt64: Watcher] = [:]
    private var lastWatcher: UInt64 = 0
    private var lastSession: UInt64 = 0
    private var outage: KeyValueError?

    /// An empty store.
    public init(name: String = "memory:") {
        self.name = name
    }

    /// A store that holds `values` (key and value as text).
    public init(name: String = "memory:", _ values: [String: String]) {
        self.name = name
        for (key, value) in values {
            index += 1
            let key = Self.normalized(key)
            entries[key] = KeyValueEntry(key: key, value: Array(value.utf8), createIndex: index, modifyIndex: index)
        }
    }

    // MARK: Reading

    /// The entry of `key`, nil if there is none.
    public func get(_ key: String) async throws(KeyValueError) -> KeyValueEntry? {
        try check()
        return entries[Self.normalized(key)]
    }

    /// All entries whose keys begin with `prefix`.
    public func list(prefix: String) async throws(KeyValueError) -> KeyValueListing {
        try check()
        return listing(Self.normalized(prefix))
    }

    /// Follows `prefix` until the task is cancelled; see ``KeyValueStore/watch(prefix:)``.
    public nonisolated func watch(prefix: String) -> AsyncStream<KeyValueWatchEvent> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: KeyValueWatchEvent.self, bufferingPolicy: .bufferingNewest(1))
        Task { await self.addWatcher(Self.normalized(prefix), continuation) }
        return stream
    }

    // MARK: Writing

    /// Writes `value`; makes the key if it is not there.
    public func put(_ key: String, value: [UInt8], flags: UInt64 = 0) async throws(KeyValueError) {
        try check()
        write(try Self.named(key), value, flags)
        publish()
    }

    /// Writes text.
    public func put(_ key: String, _ value: String) async throws(KeyValueError) {
        try await put(key, value: Array(value.utf8), flags: 0)
    }

    /// Deletes `key`; a key that is not there is no error.
    public func delete(_ key: String) async throws(KeyValueError) {
        try check()
        remove { $0 == Self.normalized(key) }
    }

    /// Deletes all keys that begin with `prefix`.
    public func deleteTree(prefix: String) async throws(KeyValueError) {
        try check()
        let prefix = Self.normalized(prefix)
        remove { $0.utf8.starts(with: prefix.utf8) }
    }

    /// Writes `value` only if the key's `modifyIndex` is still `index` (0: only if there is no such key).
    public func compareAndSet(
        _ key: String, value: [UInt8], flags: UInt64, index: UInt64
    ) async throws(KeyValueError) -> Bool {
        try check()
        let key = try Self.named(key)
        guard (entries[key]?.modifyIndex ?? 0) == index else { return false }
        write(key, value, flags)
        publish()
        return true
    }

    /// Deletes the key only if its `modifyIndex` is still `index`.
    public func compareAndDelete(_ key: String, index: UInt64) async throws(KeyValueError) -> Bool {
        try check()
        let key = Self.normalized(key)
        guard let entry = entries[key] else { return true }
        guard entry.modifyIndex == index else { return false }
        remove { $0 == key }
        return true
    }

    /// Makes many changes as one.
    ///
    /// Watches hear of all of them together. A nil value deletes the key.
    public func apply(_ changes: [(key: String, value: String?)]) async throws(KeyValueError) {
        try check()
        for change in changes {
            let key = Self.normalized(change.key)
            if let value = change.value {
                write(key, Array(value.utf8), 0)
            } else if entries.removeValue(forKey: key) != nil {
                index += 1
            }
        }
        publish()
    }

    // MARK: Sessions

    /// Makes a session that ends unless it is renewed within `ttl`.
    public func createSession(
        name: String, ttl: Duration, behavior: SessionBehavior, lockDelay: Duration
    ) async throws(KeyValueError) -> String {
        try check()
        lastSession += 1
        let id = "memory-session-\(lastSession)"
        sessions[id] = Session(ttl: ttl, behavior: behavior, lockDelay: lockDelay, deadline: .now + ttl)
        scheduleExpiry(of: id, at: .now + ttl)
        return id
    }

    /// Renews a session; false if there is no such session any more.
    public func renewSession(_ id: String) async throws(KeyValueError) -> Bool {
        try check()
        guard var session = sessions[id] else { return false }
        session.deadline = .now + session.ttl
        sessions[id] = session
        return true
    }

    /// Ends a session; its behaviour decides what becomes of its keys.
    public func destroySession(_ id: String) async throws(KeyValueError) {
        try check()
        end(id)
    }

    /// Writes `value` and locks `key` for `session`; false if another session holds the lock.
    public func acquire(
        _ key: String, value: [UInt8], flags: UInt64, session: String
    ) async throws(KeyValueError) -> Bool {
        try check()
        guard sessions[session] != nil else {
            throw KeyValueError(.invalid, "lock of \(key): \(name): there is no session \(session): create one first")
        }
        let key = try Self.named(key)
        if let holder = entries[key]?.session, holder != session { return false }
        if let until = lockedUntil[key], until > .now { return false }
        let isNewHolder = entries[key]?.session == nil
        write(key, value, flags)
        entries[key]?.session = session
        if isNewHolder { entries[key]?.lockIndex += 1 }
        publish()
        return true
    }

    /// Gives up the lock; false if `session` does not hold it.
    public func release(_ key: String, value: [UInt8], session: String) async throws(KeyValueError) -> Bool {
        try check()
        let key = Self.normalized(key)
        guard let entry = entries[key], entry.session == session else { return false }
        write(key, value, entry.flags)
        entries[key]?.session = nil
        publish()
        return true
    }

    // MARK: Faults

    /// Begins an outage, or ends it with nil.
    ///
    /// Watches hear `.unavailable`, then a listing that is the first after it.
    public func setAway(_ error: KeyValueError?) {
        let wasAway = outage != nil
        outage = error
        if let error {
            for (id, watcher) in watchers {
                watchers[id]?.isAfterOutage = true
                watcher.continuation.yield(.unavailable(error))
            }
        } else if wasAway {
            publish(everyone: true)
        }
    }

    /// Forgets everything and begins again at index 1, as a store does that is restored empty.
    public func wipe() {
        entries = [:]
        sessions = [:]
        lockedUntil = [:]
        index = 1
        if outage == nil { publish(everyone: true) }
    }

    // MARK: Inside

    private static func normalized(_ key: String) -> String {
        key.hasPrefix("/") ? String(key.dropFirst()) : key
    }

    /// A key that may be written.
    private static func named(_ key: String) throws(KeyValueError) -> String {
        let key = normalized(key)
        guard !key.isEmpty else { throw KeyValueError(.invalid, "key: \"\": empty: a key such as services/web-80/a") }
        return key
    }

    private func check() throws(KeyValueError) {
        if let outage { throw outage }
    }

    private func listing(_ prefix: String) -> KeyValueListing {
        let found = entries.values.filter { $0.key.utf8.starts(with: prefix.utf8) }
        return KeyValueListing(
            entries: found.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }, index: index)
    }

    private func write(_ key: String, _ value: [UInt8], _ flags: UInt64) {
        index += 1
        var entry = entries[key] ?? KeyValueEntry(key: key, value: value, createIndex: index)
        entry.value = value
        entry.flags = flags
        entry.modifyIndex = index
        entries[key] = entry
    }

    private func remove(_ isGoing: (String) -> Bool) {
        let going = entries.keys.filter(isGoing)
        guard !going.isEmpty else { return }
        index += 1
        for key in going { entries[key] = nil }
        publish()
    }

    private func end(_ id: String) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        let held = entries.values.filter { $0.session == id }.map(\.key)
        guard !held.isEmpty else { return }
        index += 1
        for key in held {
            if session.lockDelay > .zero { lockedUntil[key] = .now + session.lockDelay }
            switch session.behavior {
            case .delete:
                entries[key] = nil
            case .release:
                entries[key]?.session = nil
                entries[key]?.modifyIndex = index
            }
        }
        publish()
    }

    private func scheduleExpiry(of id: String, at instant: ContinuousClock.Instant) {
        Task { [weak self] in
            try? await ContinuousClock().sleep(until: instant)
            await self?.expire(id)
        }
    }

    private func expire(_ id: String) {
        guard let session = sessions[id] else { return }
        if session.deadline > .now {
            scheduleExpiry(of: id, at: session.deadline)
        } else {
            end(id)
        }
    }

    private func addWatcher(_ prefix: String, _ continuation: AsyncStream<KeyValueWatchEvent>.Continuation) {
        lastWatcher += 1
        let id = lastWatcher
        watchers[id] = Watcher(prefix: prefix, continuation: continuation)
        continuation.onTermination = { [weak self] _ in
            guard let self else { return }
            Task { await self.removeWatcher(id) }
        }
        if let outage {
            watchers[id]?.isAfterOutage = true
            continuation.yield(.unavailable(outage))
        } else {
            publish(everyone: true, to: [id])
        }
    }

    private func removeWatcher(_ id: UInt64) {
        watchers[id] = nil
    }

    /// Tells watchers the newest state: only those whose prefix changed, unless `everyone` is to hear it.
    private func publish(everyone: Bool = false, to ids: [UInt64]? = nil) {
        for id in ids ?? Array(watchers.keys) {
            guard var watcher = watchers[id] else { continue }
            let listing = listing(watcher.prefix)
            guard everyone || watcher.lastListing?.entries != listing.entries else { continue }
            let isRegressed = listing.index < (watcher.lastListing?.index ?? 0)
            let isFirst = watcher.isAfterOutage
            let result = watcher.continuation.yield(
                .listing(listing, isRegressed: isRegressed, isFirstAfterOutage: isFirst))
            // The newest listing replaces one that was not heard yet, but what that one would have said of the store holds.
            if case .dropped(.listing(_, let wasRegressed, let wasFirst)) = result, wasRegressed || wasFirst {
                watcher.continuation.yield(
                    .listing(
                        listing, isRegressed: isRegressed || wasRegressed, isFirstAfterOutage: isFirst || wasFirst))
            }
            watcher.lastListing = listing
            watcher.isAfterOutage = false
            watchers[id] = watcher
        }
    }
}
