internal import Synchronization

/// A YAML or JSON file as a store, with the same keys as in any other.
///
/// It is for a gateway whose endpoints are written by hand or by a deployment tool. Keys are written flat
/// (`services/web-80/h1:c1:80: 10.0.0.5:80`) or as maps whose keys are joined with `/`; ``FileReader`` describes it.
///
/// - A change is noticed when its writer closes the file or renames another over it, through symbolic links too.
/// - A file that is missing or does not parse is ``KeyValueError/Kind/unavailable`` with `path:line:column`; watches keep
///   what they told last.
/// - Writing puts a new file in place of the old in one step, flat and sorted: other entries stay, comments and nesting do
///   not. Processes of ours that write at the same time take turns.
/// - Indices count the changes that this process has seen: they are no use to another process or after a restart.
/// - There are no flags and no sessions.
public final class FileStore: KeyValueStore {
    /// What was read last, and the indices that it got.
    private struct State {
        var octets: [UInt8]?
        var values: [String: FileValue] = [:]
        var entries: [String: KeyValueEntry] = [:]
        var index: UInt64 = 0
        var sorted: [KeyValueEntry] = []
    }

    /// `file:PATH`.
    public let name: String
    private let path: String
    private let state = Mutex(State())

    /// The file at `path`, which need not exist yet.
    public init(path: String) {
        self.path = path
        name = "file:\(path)"
    }

    /// The entry of `key`, nil if there is none.
    public func get(_ key: String) async throws(KeyValueError) -> KeyValueEntry? {
        _ = try refresh()
        return state.withLock { $0.entries[Self.normalized(key)] }
    }

    /// All entries whose keys begin with `prefix`.
    public func list(prefix: String) async throws(KeyValueError) -> KeyValueListing {
        Self.listing(try refresh(), below: Self.normalized(prefix))
    }

    /// Writes `value`; makes the key if it is not there.
    public func put(_ key: String, value: [UInt8], flags: UInt64) async throws(KeyValueError) {
        let key = try checked(key, flags: flags)
        _ = try await change { values, _ in
            values[key] = FileValue(octets: value)
            return true
        }
    }

    /// Deletes `key`; a key that is not there is no error.
    public func delete(_ key: String) async throws(KeyValueError) {
        let key = Self.normalized(key)
        _ = try await change { values, _ in
            values[key] = nil
            return true
        }
    }

    /// Deletes all keys that begin with `prefix`.
    public func deleteTree(prefix: String) async throws(KeyValueError) {
        let prefix = Self.normalized(prefix)
        _ = try await change { values, _ in
            values = values.filter { !$0.key.utf8.starts(with: prefix.utf8) }
            return true
        }
    }

    /// Writes `value` only if the key's `modifyIndex` is still `index` (0: only if there is no such key).
    public func compareAndSet(
        _ key: String, value: [UInt8], flags: UInt64, index: UInt64
    ) async throws(KeyValueError) -> Bool {
        let key = try checked(key, flags: flags)
        return try await change { values, entries in
            guard (entries[key]?.modifyIndex ?? 0) == index else { return false }
            values[key] = FileValue(octets: value)
            return true
        }
    }

    /// Deletes the key only if its `modifyIndex` is still `index`.
    public func compareAndDelete(_ key: String, index: UInt64) async throws(KeyValueError) -> Bool {
        let key = Self.normalized(key)
        return try await change { values, entries in
            guard let entry = entries[key] else { return true }
            guard entry.modifyIndex == index else { return false }
            values[key] = nil
            return true
        }
    }

    /// Follows `prefix` until the task is cancelled; see ``KeyValueStore/watch(prefix:)``.
    public func watch(prefix: String) -> AsyncStream<KeyValueWatchEvent> {
        let prefix = Self.normalized(prefix)
        // The task holds the store while it is followed.
        return WatchMailbox.stream { mailbox in await self.follow(prefix, mailbox) }
    }

    // MARK: Following

    private func follow(_ prefix: String, _ mailbox: WatchMailbox) async {
        let monitor: FileMonitor
        do {
            monitor = try FileMonitor(path)
        } catch {
            mailbox.offer(.unavailable(error))
            return
        }
        var told: [KeyValueEntry]?
        var reported: KeyValueError?
        while !Task.isCancelled {
            let watching = monitor.arm()
            do {
                let listing = Self.listing(try refresh(), below: prefix)
                if reported != nil || listing.entries != told {
                    mailbox.offer(
                        .listing(listing, isRegressed: false, isFirstAfterOutage: reported != nil))
                }
                told = listing.entries
                reported = nil
            } catch {
                if reported != error { mailbox.offer(.unavailable(error)) }
                reported = error
            }
            guard await monitor.waitForChange(watching) else { return }
        }
    }

    private static func listing(_ all: KeyValueListing, below prefix: String) -> KeyValueListing {
        guard !prefix.isEmpty else { return all }
        return KeyValueListing(
            entries: all.entries.filter { $0.key.utf8.starts(with: prefix.utf8) }, index: all.index)
    }

    // MARK: Reading

    private static func normalized(_ key: String) -> String { key.hasPrefix("/") ? String(key.dropFirst()) : key }

    private func checked(_ key: String, flags: UInt64) throws(KeyValueError) -> String {
        let key = Self.normalized(key)
        guard !key.isEmpty else { throw KeyValueError(.invalid, "key: \"\": empty: a key such as services/web-80/a") }
        guard flags == 0 else {
            throw KeyValueError(.unsupported, "flags of \(key): \(name): a file keeps no flags: leave them 0")
        }
        return key
    }

    /// Reads the file if it changed since it was last read.
    private func refresh() throws(KeyValueError) -> KeyValueListing {
        guard let octets = try FileOnDisk.read(path) else {
            throw KeyValueError(.unavailable, "store: \(name): no such file: make it, {} for no keys")
        }
        let isKnown = state.withLock { $0.octets == octets }
        let values = isKnown ? nil : try FileReader.read(octets, path: path)
        return state.withLock { state in
            // Another reader may have been here meanwhile: then nothing differs.
            if let values { Self.update(&state, to: values, octets: octets) }
            return KeyValueListing(entries: state.sorted, index: state.index)
        }
    }

    /// Gives every changed key the next index.
    private static func update(_ state: inout State, to values: [String: FileValue], octets: [UInt8]) {
        state.octets = octets
        for key in values.keys.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            guard let value = values[key], state.values[key]?.octets != value.octets else { continue }
            state.index += 1
            var entry = state.entries[key] ?? KeyValueEntry(key: key, value: [], createIndex: state.index)
            entry.value = value.octets
            entry.modifyIndex = state.index
            state.entries[key] = entry
        }
        for key in state.values.keys where values[key] == nil {
            state.index += 1
            state.entries[key] = nil
        }
        state.index = max(state.index, 1)
        state.values = values
        state.sorted = state.entries.values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    // MARK: Writing

    /// Applies `body` to what is in the file now and writes it back if that made a difference.
    private func change(
        _ body: (inout [String: FileValue], [String: KeyValueEntry]) -> Bool
    ) async throws(KeyValueError) -> Bool {
        let trail = FileTrail(path)
        return try await FileOnDisk.locked(trail.folder) { () throws(KeyValueError) -> Bool in
            let isThere = FileOnDisk.signature(trail.target) != nil
            if isThere { _ = try refresh() }
            let (before, entries) = state.withLock { isThere ? ($0.values, $0.entries) : ([:], [:]) }
            var values = before
            let result = body(&values, entries)
            guard values != before else { return result }
            let isJSON = path.hasSuffix(".json")
            guard let text = FileWriter.text(values, isJSON: isJSON) else {
                throw KeyValueError(
                    .invalid, "store: \(name): a value that is not UTF-8: JSON cannot hold it, YAML can")
            }
            let octets = Array(text.utf8)
            guard try FileReader.read(octets, path: path).mapValues(\.octets) == values.mapValues(\.octets) else {
                throw KeyValueError(.invalid, "store: \(name): a key that a file cannot hold: a plainer one")
            }
            try FileOnDisk.replace(trail.target, with: octets)
            _ = try refresh()
            return result
        }
    }
}

// MARK: Sessions

extension FileStore {
    private func noSessions() -> KeyValueError {
        KeyValueError(.unsupported, "store: \(name): a file has no sessions: use consul:// or embedded:")
    }

    /// Not for a file: throws ``KeyValueError/Kind/unsupported``.
    public func createSession(
        name: String, ttl: Duration, behavior: SessionBehavior, lockDelay: Duration
    ) async throws(KeyValueError) -> String {
        throw noSessions()
    }

    /// Not for a file: throws ``KeyValueError/Kind/unsupported``.
    public func renewSession(_ id: String) async throws(KeyValueError) -> Bool { throw noSessions() }

    /// Not for a file: throws ``KeyValueError/Kind/unsupported``.
    public func destroySession(_ id: String) async throws(KeyValueError) { throw noSessions() }

    /// Not for a file: throws ``KeyValueError/Kind/unsupported``.
    public func acquire(
        _ key: String, value: [UInt8], flags: UInt64, session: String
    ) async throws(KeyValueError) -> Bool {
        throw noSessions()
    }

    /// Not for a file: throws ``KeyValueError/Kind/unsupported``.
    public func release(_ key: String, value: [UInt8], session: String) async throws(KeyValueError) -> Bool {
        throw noSessions()
    }
}
