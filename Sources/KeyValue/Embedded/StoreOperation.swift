/// One operation on a key, with the names of Consul's transactions.
struct StoreOperation: Sendable, Equatable {
    /// What is done.
    enum Verb: String, Sendable, CaseIterable {
        case set
        case cas
        case lock
        case unlock
        case get
        case getTree = "get-tree"
        case checkIndex = "check-index"
        case checkSession = "check-session"
        case checkNotExists = "check-not-exists"
        case delete
        case deleteTree = "delete-tree"
        case deleteCAS = "delete-cas"

        /// Whether it may change something.
        var isWrite: Bool {
            switch self {
            case .set, .cas, .lock, .unlock, .delete, .deleteTree, .deleteCAS: true
            case .get, .getTree, .checkIndex, .checkSession, .checkNotExists: false
            }
        }
    }

    var verb: Verb
    var key: String
    var value: [UInt8] = []
    var flags: UInt64 = 0
    var index: UInt64 = 0
    var session = ""
}

/// Why an operation did nothing; the texts are Consul's.
enum StoreRefusal: Error, Sendable, Equatable {
    /// The key is not as the operation wants it: another index, another holder.
    case unmet(String)
    /// The operation makes no sense: no session, or one that is not there.
    case invalid(String)

    var text: String {
        switch self {
        case .unmet(let text), .invalid(let text): text
        }
    }
}

/// What the writer is asked to do, one at a time.
enum StoreCommand: Sendable {
    /// One operation.
    case operation(StoreOperation)
    /// All or nothing.
    case transaction([StoreOperation])
    case createSession(StoreSession)
    case renewSession(String)
    case destroySession(String)
    /// Ends the sessions whose time is over.
    case expireSessions
}

/// What came of a command.
enum StoreOutcome: Sendable {
    /// An operation or transaction was done; the entries it tells of.
    case entries([KeyValueEntry])
    /// An operation was refused.
    case refused(StoreRefusal)
    /// A transaction was refused, by these of its operations.
    case aborted([(operation: Int, refusal: StoreRefusal)])
    /// The session, as it is after its creation or renewal.
    case session(StoreSession)
    /// There is no such session.
    case noSession
    /// Nothing to tell.
    case done
    /// It could not be written to disk; nothing was done.
    case failed(KeyValueError)
}

/// What commands changed, for the disk and for those who wait.
struct StoreChanges: Sendable {
    /// The keys of entries that were written or deleted, in order, perhaps more than once.
    var keys: [String] = []
    /// The keys and prefixes whose deletions are remembered now, or no longer.
    var tombstones: [String] = []
    /// The sessions that began or ended.
    var sessions: [String] = []

    /// Whether nothing changed.
    var isEmpty: Bool { keys.isEmpty && tombstones.isEmpty && sessions.isEmpty }
}
