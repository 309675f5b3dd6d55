import FoundationEssentials
import GRDB

/// The SQLite file under the embedded store: read once when the store is opened, then only written.
///
/// The journal is a write-ahead log, synced at each commit or not as ``EmbeddedStore/Durability`` says. The file is locked for this process alone, as the store's memory would not notice what another wrote.
struct EmbeddedDatabase: Sendable {
    /// The layout of the tables that this program writes.
    private static let schemaVersion = 1

    /// The one connection; its queue is the writer's thread.
    let queue: DatabaseQueue
    /// What identifies this store to clients: a UUID made with the file.
    let nodeID: String

    private let path: String

    /// Opens `directory`/portico.sqlite, and makes both if they are not there.
    init(directory: String, durability: EmbeddedStore.Durability) throws(KeyValueError) {
        path = directory.hasSuffix("/") ? "\(directory)portico.sqlite" : "\(directory)/portico.sqlite"
        do {
            // The keys may be secrets: nobody else on the machine gets to read them.
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw KeyValueError(.invalid, "embedded:\(directory): cannot make the directory: \(error)")
        }
        var configuration = Configuration()
        configuration.label = "portico.embedded"
        configuration.prepareDatabase { database in
            // In this order: exclusive first, so that the log needs no shared memory and a second process is refused.
            try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
            try database.execute(sql: "PRAGMA journal_mode = WAL")
            try database.execute(sql: "PRAGMA synchronous = \(durability == .power ? "FULL" : "NORMAL")")
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
            nodeID = try queue.write { database in
                try Self.migrate(database)
                return try String.fetchOne(database, sql: "SELECT value FROM identity") ?? ""
            }
        } catch {
            throw Self.explained(error, path)
        }
    }

    /// What was kept: sessions with a TTL have all of it before them again.
    func load(now: ContinuousClock.Instant) throws(KeyValueError) -> StoreState {
        do {
            return try queue.read { try Self.load($0, now: now) }
        } catch {
            throw Self.explained(error, path)
        }
    }

    /// Writes what `changes` tells of as it is in `state`, in one transaction; on return it is on disk.
    func write(_ changes: StoreChanges, of state: StoreState, _ database: Database) throws(KeyValueError) {
        do {
            try database.inTransaction(.immediate) {
                try Self.writeEntries(changes.keys, of: state, database)
                try Self.writeTombstones(changes.tombstones, of: state, database)
                try Self.writeSessions(changes.sessions, of: state, database)
                let counters = try database.cachedStatement(
                    sql: """
                        UPDATE counters SET latest = ?, entries = ?, sessions = ?, floor = ?
                        """)
                try counters.execute(arguments: [
                    Int64(bitPattern: state.index), Int64(bitPattern: state.entriesIndex),
                    Int64(bitPattern: state.sessionsIndex), Int64(bitPattern: state.graveyard.floor),
                ])
                return .commit
            }
        } catch {
            throw Self.explained(error, path)
        }
    }

    /// Lets the file go.
    func close() throws(KeyValueError) {
        do {
            try queue.close()
        } catch {
            throw Self.explained(error, path)
        }
    }

    // MARK: Tables

    private static func migrate(_ database: Database) throws {
        let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard version != schemaVersion else { return }
        guard version == 0 else {
            throw KeyValueError(
                .invalid,
                "written by a newer portico (layout \(version), this one knows \(schemaVersion)); use that one")
        }
        // Keys are blobs, which SQLite compares as octets. Indexes and flags are unsigned 64-bit numbers in the bits of
        // SQLite's signed ones. Durations are nanoseconds.
        try database.execute(
            sql: """
                CREATE TABLE identity (value TEXT NOT NULL);
                CREATE TABLE counters (
                    latest INTEGER NOT NULL, entries INTEGER NOT NULL, sessions INTEGER NOT NULL, floor INTEGER NOT NULL
                );
                CREATE TABLE entries (
                    key BLOB NOT NULL PRIMARY KEY, value BLOB NOT NULL, flags INTEGER NOT NULL, created INTEGER NOT NULL,
                    modified INTEGER NOT NULL, locked INTEGER NOT NULL, session TEXT
                );
                CREATE TABLE tombstones (key BLOB NOT NULL PRIMARY KEY, deleted INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE sessions (
                    id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, node TEXT NOT NULL, lock_delay INTEGER NOT NULL,
                    behavior TEXT NOT NULL, ttl INTEGER, ttl_text TEXT NOT NULL, node_checks TEXT NOT NULL,
                    created INTEGER NOT NULL
                ) WITHOUT ROWID;
                INSERT INTO counters VALUES (1, 0, 0, 0);
                PRAGMA user_version = \(schemaVersion);
                """)
        try database.execute(
            sql: "INSERT INTO identity VALUES (?)", arguments: [UUID().uuidString.lowercased()])
    }

    private static func load(_ database: Database, now: ContinuousClock.Instant) throws -> StoreState {
        var state = StoreState()
        var floor: UInt64 = 0
        if let row = try Row.fetchOne(database, sql: "SELECT latest, entries, sessions, floor FROM counters") {
            state.index = UInt64(bitPattern: row[0])
            state.entriesIndex = UInt64(bitPattern: row[1])
            state.sessionsIndex = UInt64(bitPattern: row[2])
            floor = UInt64(bitPattern: row[3])
        }
        let rows = try Row.fetchCursor(
            database,
            sql: "SELECT key, value, flags, created, modified, locked, session FROM entries ORDER BY key")
        var entries: [KeyValueEntry] = []
        while let row = try rows.next() {
            entries.append(
                KeyValueEntry(
                    key: text(row[0]), value: [UInt8](row[1] as Data), flags: UInt64(bitPattern: row[2]),
                    createIndex: UInt64(bitPattern: row[3]), modifyIndex: UInt64(bitPattern: row[4]),
                    lockIndex: UInt64(bitPattern: row[5]), session: row[6]))
        }
        state.entries = EntryMap(sorted: entries)
        var tombstones: [(key: String, index: UInt64)] = []
        let buried = try Row.fetchCursor(database, sql: "SELECT key, deleted FROM tombstones ORDER BY key")
        while let row = try buried.next() { tombstones.append((text(row[0]), UInt64(bitPattern: row[1]))) }
        state.graveyard = Graveyard(floor: floor, tombstones: tombstones)
        for session in try loadSessions(database, now: now) { state.sessions[session.id] = session }
        return state
    }

    private static func loadSessions(_ database: Database, now: ContinuousClock.Instant) throws -> [StoreSession] {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT id, name, node, lock_delay, behavior, ttl, ttl_text, node_checks, created FROM sessions")
        return rows.map { row in
            let ttl = (row[5] as Int64?).map { Duration.nanoseconds($0) }
            let checks: String = row[7]
            return StoreSession(
                id: row[0], name: row[1], node: row[2], lockDelay: .nanoseconds(row[3] as Int64),
                behavior: SessionBehavior(rawValue: row[4]) ?? .release, ttl: ttl, ttlText: row[6],
                nodeChecks: checks.split(separator: "\n").map(String.init), createIndex: UInt64(bitPattern: row[8]),
                deadline: ttl.map { now + $0 })
        }
    }

    private static func writeEntries(_ keys: [String], of state: StoreState, _ database: Database) throws {
        let upsert = try database.cachedStatement(sql: "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)")
        let delete = try database.cachedStatement(sql: "DELETE FROM entries WHERE key = ?")
        var written: Set<[UInt8]> = []
        for key in keys {
            let octets = Array(key.utf8)
            // In a burst the same key may come many times; only what it is in the end matters.
            guard written.insert(octets).inserted else { continue }
            guard let entry = state.entries[key] else {
                try delete.execute(arguments: [Data(octets)])
                continue
            }
            try upsert.execute(arguments: [
                Data(octets), Data(entry.value), Int64(bitPattern: entry.flags), Int64(bitPattern: entry.createIndex),
                Int64(bitPattern: entry.modifyIndex), Int64(bitPattern: entry.lockIndex), entry.session,
            ])
        }
    }

    private static func writeTombstones(_ keys: [String], of state: StoreState, _ database: Database) throws {
        let bury = try database.cachedStatement(sql: "INSERT OR REPLACE INTO tombstones VALUES (?, ?)")
        let forget = try database.cachedStatement(sql: "DELETE FROM tombstones WHERE key = ?")
        var written: Set<[UInt8]> = []
        for key in keys {
            let octets = Array(key.utf8)
            guard written.insert(octets).inserted else { continue }
            if let index = state.graveyard[key] {
                try bury.execute(arguments: [Data(octets), Int64(bitPattern: index)])
            } else {
                try forget.execute(arguments: [Data(octets)])
            }
        }
    }

    private static func writeSessions(_ ids: [String], of state: StoreState, _ database: Database) throws {
        for id in ids {
            guard let session = state.sessions[id] else {
                try database.execute(sql: "DELETE FROM sessions WHERE id = ?", arguments: [id])
                continue
            }
            try database.execute(
                sql: "INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    session.id, session.name, session.node, GoText.nanoseconds(of: session.lockDelay),
                    session.behavior.rawValue, session.ttl.map { GoText.nanoseconds(of: $0) }, session.ttlText,
                    session.nodeChecks.joined(separator: "\n"), Int64(bitPattern: session.createIndex),
                ])
        }
    }

    private static func text(_ octets: Data) -> String { String(decoding: octets, as: UTF8.self) }

    // MARK: Errors

    private static func explained(_ error: any Error, _ path: String) -> KeyValueError {
        if let error = error as? KeyValueError { return KeyValueError(error.kind, "\(path): \(error.description)") }
        guard let error = error as? DatabaseError else { return KeyValueError(.unavailable, "\(path): \(error)") }
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode.primaryResultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return KeyValueError(
                .invalid,
                "\(path) is in use by another process: ask that one over Consul's HTTP API (consul://127.0.0.1:8500)")
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return KeyValueError(.invalid, "\(path) is damaged or no SQLite file (\(reason)): move it away")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            return KeyValueError(.invalid, "\(path) cannot be opened for writing: \(reason)")
        default:
            return KeyValueError(.unavailable, "\(path): \(reason)")
        }
    }
}
