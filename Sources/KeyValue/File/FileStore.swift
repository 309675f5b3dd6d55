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
        var contents = FileContents(entries: [])
        /// Ascending by their keys, as the contents are.
        var entries: [KeyValueEntry] = []
        var index: UInt64 = 0

        func entry(_ key: String) -> KeyValueEntry? {
            let place = entries.partitioningIndex { !KeyOrder.precedes($0.key, key) }
            return place < entries.count && KeyOrder.equals(entries[place].key, key) ? entries[place] : nil
        }
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
        return state.withLock { $0.entry(Self.normalized(key)) }
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
            guard (entries(key)?.modifyIndex ?? 0) == index else { return false }
            values[key] = FileValue(octets: value)
            return true
        }
    }

    /// Deletes the key only if its `modifyIndex` is still `index`.
    public func compareAndDelete(_ key: String, index: UInt64) async throws(KeyValueError) -> Bool {
        let key = Self.normalized(key)
        return try await change { values, entries in
            guard let entry = entries(key) else { return true }
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
        // Those with the prefix stand together.
        let start = all.entries.partitioningIndex { !KeyOrder.precedes($0.key, prefix) }
        let count = all.entries[start...].partitioningIndex { !KeyOrder.hasPrefix($0.key, prefix) } - start
        guard count < all.entries.count else { return all }
        return KeyValueListing(entries: Array(all.entries[start..<start + count]), index: all.index)
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
        let (isKnown, lines) = state.withLock { ($0.octets == octets, $0.contents.lines) }
        let contents = isKnown ? nil : try FileContents.read(octets, path: path, after: lines)
        return state.withLock { state in
            // Another reader may have been here meanwhile: then nothing differs.
            if let contents { Self.update(&state, to: contents, octets: octets) }
            return KeyValueListing(entries: state.entries, index: state.index)
        }
    }

    /// Gives every changed key the next index.
    private static func update(_ state: inout State, to contents: FileContents, octets: [UInt8]) {
        var next: [KeyValueEntry] = []
        next.reserveCapacity(contents.entries.count)
        var old = 0
        var removedCount: UInt64 = 0
        for (key, value) in contents.entries {
            while old < state.entries.count, KeyOrder.precedes(state.entries[old].key, key) {
                removedCount += 1
                old += 1
            }
            if old < state.entries.count, KeyOrder.equals(state.entries[old].key, key) {
                var entry = state.entries[old]
                if entry.value != value {
                    state.index += 1
                    entry.value = value
                    entry.modifyIndex = state.index
                }
                next.append(entry)
                old += 1
            } else {
                state.index += 1
                next.append(KeyValueEntry(key: key, value: value, createIndex: state.index, modifyIndex: state.index))
            }
        }
        removedCount += UInt64(state.entries.count - old)
        state.index = max(state.index + removedCount, 1)
        state.octets = octets
        state.contents = contents
        state.entries = next
    }

    // MARK: Writing

    /// Applies `body` to what is in the file now and writes it back if that made a difference.
    private func change(
        _ body: (inout [String: FileValue], (String) -> KeyValueEntry?) -> Bool
    ) async throws(KeyValueError) -> Bool {
        let trail = FileTrail(path)
        return try await FileOnDisk.locked(trail.folder) { () throws(KeyValueError) -> Bool in
            let isThere = FileOnDisk.signature(trail.target) != nil
            if isThere { _ = try refresh() }
            let known = isThere ? state.withLock { $0 } : State()
            let before = known.contents.values
            var values = before
            let result = body(&values, known.entry)
            guard values != before else { return result }
            let isJSON = path.hasSuffix(".json")
            guard let text = FileWriter.text(values, isJSON: isJSON) else {
                throw KeyValueError(
                    .invalid, "store: \(name): a value that is not UTF-8: JSON cannot hold it, YAML can")
            }
            let octets = Array(text.utf8)
            let written = try FileContents.read(octets, path: path, after: known.contents.lines).values
            guard written.mapValues(\.octets) == values.mapValues(\.octets) else {
                throw KeyValueError(.invalid, "store: \(name): a key that a file cannot hold: a plainer one")
            }
            try FileOnDisk.replace(trail.target, with: octets)
            _ = try refresh()
            return result
        }
    }
}

extension Collection where Index == Int {
    /// The first index whose element is `isBehind`, which all elements after such a one are.
    fileprivate func partitioningIndex(_ isBehind: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
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
