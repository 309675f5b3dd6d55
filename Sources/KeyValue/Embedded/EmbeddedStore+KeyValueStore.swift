import FoundationEssentials

/// The store as the rest of the program sees it.
extension EmbeddedStore {
    /// The entry of `key`, nil if there is none.
    public func get(_ key: String) async throws(KeyValueError) -> KeyValueEntry? {
        try open().entries[try Self.normalized(key)]
    }

    /// All entries whose keys begin with `prefix`, at the index that tells of every change under it.
    public func list(prefix: String) async throws(KeyValueError) -> KeyValueListing {
        try open().listing(prefix: Self.withoutLeadingSlash(prefix))
    }

    /// Writes `value`; makes the key if it is not there.
    ///
    /// An equal value leaves the key's index as it is.
    public func put(_ key: String, value: [UInt8], flags: UInt64) async throws(KeyValueError) {
        _ = try await perform(.set, key, value: value, flags: flags)
    }

    /// Deletes `key`; a key that is not there is no error.
    public func delete(_ key: String) async throws(KeyValueError) {
        _ = try await perform(.delete, key)
    }

    /// Deletes all keys that begin with `prefix`.
    public func deleteTree(prefix: String) async throws(KeyValueError) {
        let operation = StoreOperation(verb: .deleteTree, key: Self.withoutLeadingSlash(prefix))
        _ = try answer(await submit(.operation(operation)))
    }

    /// Writes `value` only if the key's `modifyIndex` is still `index` (0: only if there is no such key).
    public func compareAndSet(
        _ key: String, value: [UInt8], flags: UInt64, index: UInt64
    ) async throws(KeyValueError) -> Bool {
        try await perform(.cas, key, value: value, flags: flags, index: index)
    }

    /// Deletes the key only if its `modifyIndex` is still `index`.
    public func compareAndDelete(_ key: String, index: UInt64) async throws(KeyValueError) -> Bool {
        try await perform(.deleteCAS, key, index: index)
    }

    /// Follows `prefix` until the task is cancelled or the store closed: the state now, then every change.
    ///
    /// Nothing is queued: who is slow to ask gets the newest state when it does.
    public func watch(prefix: String) -> AsyncStream<KeyValueWatchEvent> {
        let follower = EmbeddedWatch(store: self, prefix: Self.withoutLeadingSlash(prefix))
        return AsyncStream { await follower.next() }
    }

    /// Makes a session that ends unless it is renewed within `ttl` (zero: lasts until it is destroyed).
    public func createSession(
        name: String, ttl: Duration, behavior: SessionBehavior, lockDelay: Duration
    ) async throws(KeyValueError) -> String {
        guard ttl >= .zero, ttl <= Self.sessionTTLMaximum, lockDelay >= .zero else {
            throw KeyValueError(
                .invalid,
                "\(self.name): session \(name): ttl \(ttl), lock delay \(lockDelay): at most a day, and not negative")
        }
        let session = StoreSession(
            id: Self.newSessionID(), name: name, node: nodeName, lockDelay: lockDelay, behavior: behavior,
            ttl: ttl == .zero ? nil : ttl, ttlText: ttl == .zero ? "" : GoText.text(ttl), nodeChecks: [])
        _ = try answer(await submit(.createSession(session)))
        return session.id
    }

    /// Renews a session.
    ///
    /// - Returns: false if there is no such session any more.
    public func renewSession(_ id: String) async throws(KeyValueError) -> Bool {
        try answer(await submit(.renewSession(id)))
    }

    /// Ends a session; its behaviour decides what becomes of its keys, which are held back for its lock delay.
    public func destroySession(_ id: String) async throws(KeyValueError) {
        _ = try answer(await submit(.destroySession(id)))
    }

    /// Writes `value` and locks `key` for `session`.
    ///
    /// - Returns: false if another session holds the lock, or a lock delay is not over.
    public func acquire(
        _ key: String, value: [UInt8], flags: UInt64, session: String
    ) async throws(KeyValueError) -> Bool {
        try await perform(.lock, key, value: value, flags: flags, session: session)
    }

    /// Gives up the lock, and writes `value`.
    ///
    /// - Returns: false if `session` does not hold it.
    public func release(_ key: String, value: [UInt8], session: String) async throws(KeyValueError) -> Bool {
        // The caller of this has no flags to give: those that the holder wrote stay.
        let flags = try open().entries[try Self.normalized(key)]?.flags ?? 0
        return try await perform(.unlock, key, value: value, flags: flags, session: session)
    }

    /// A session's id: a UUID, as Consul's.
    static func newSessionID() -> String { UUID().uuidString.lowercased() }

    // MARK: Inside

    /// The state, unless the store is closed.
    private func open() throws(KeyValueError) -> StoreState {
        guard !isClosed else { throw KeyValueError(.unavailable, "\(name): the store is closed") }
        return snapshot()
    }

    private func perform(
        _ verb: StoreOperation.Verb, _ key: String, value: [UInt8] = [], flags: UInt64 = 0, index: UInt64 = 0,
        session: String = ""
    ) async throws(KeyValueError) -> Bool {
        guard value.count <= Self.valueSizeMaximum else {
            throw KeyValueError(
                .invalid, "\(name): \(key): \(value.count) octets, more than the \(Self.valueSizeMaximum) of a value")
        }
        let operation = StoreOperation(
            verb: verb, key: try Self.normalized(key), value: value, flags: flags, index: index, session: session)
        return try answer(await submit(.operation(operation)))
    }

    private func answer(_ outcome: StoreOutcome) throws(KeyValueError) -> Bool {
        switch outcome {
        case .entries, .session, .done: return true
        case .refused(.unmet), .noSession, .aborted: return false
        case .refused(.invalid(let text)): throw KeyValueError(.invalid, "\(name): \(text)")
        case .failed(let error): throw error
        }
    }

    private static func normalized(_ key: String) throws(KeyValueError) -> String {
        let key = withoutLeadingSlash(key)
        guard !key.isEmpty else { throw KeyValueError(.invalid, "embedded store: a key is missing") }
        return key
    }

    private static func withoutLeadingSlash(_ key: String) -> String {
        key.utf8.first == UInt8(ascii: "/") ? String(key.dropFirst()) : key
    }
}
