/// Everything the embedded store knows, and what each command does to it: a pure state machine, as a value.
///
/// The writer applies commands to its copy, writes ``changes`` to disk, and only then makes the copy the one that readers
/// see; if the disk fails it drops the copy and nothing has happened. The rules are those of Consul 1.8.7, found by
/// asking one:
///
/// - Every command that changes something takes the next index; one that changes nothing (an equal value written again, a
///   compare that fails) takes none.
/// - A plain write keeps the key's session but sets its lock index to 0. Locking a key that nobody holds adds one to it,
///   locking again what one holds keeps it.
/// - A deletion leaves a tombstone, the deletion of a tree one for the whole tree.
/// - A session that ends, however it ends, releases or deletes its keys, and holds them back for its lock delay.
///   Lock delays are not kept on disk (nor does Consul keep them).
///
/// Invariants: `index` never falls and is never 0; no entry's `modifyIndex` is above `index`; an entry's session exists.
struct StoreState: Sendable {
    /// The index of the last change; 1 before the first, as 0 means "no index" to those who wait.
    var index: UInt64 = 1
    /// The index of the last change to any key.
    var entriesIndex: UInt64 = 0
    /// The index of the last change to any session.
    var sessionsIndex: UInt64 = 0
    /// All keys.
    var entries = EntryMap()
    /// The deleted keys.
    var graveyard = Graveyard()
    /// All sessions by id.
    var sessions: [String: StoreSession] = [:]
    /// Until when a key cannot be locked, by the key's octets.
    var lockDelays: [[UInt8]: ContinuousClock.Instant] = [:]
    /// What has changed since this was last emptied.
    var changes = StoreChanges()

    /// The longest lock delay that is honoured (Consul's).
    static let lockDelayMaximum = Duration.seconds(60)

    // MARK: Reading

    /// The index that tells of every change under `prefix`, deletions too.
    func index(prefix: String) -> UInt64 {
        guard !prefix.isEmpty else { return max(entriesIndex, 1) }
        let highest = max(graveyard.index(prefix: prefix), entries.newest(prefix: prefix))
        // Nothing is and nothing is known to have been there: any change to come is later than this.
        return highest > 0 ? max(highest, graveyard.floor) : max(entriesIndex, 1)
    }

    /// The index that tells of every change to `key`.
    func index(key: String) -> UInt64 {
        entries[key]?.modifyIndex ?? max(entriesIndex, 1)
    }

    /// Everything under `prefix`.
    func listing(prefix: String) -> KeyValueListing {
        KeyValueListing(entries: entries.entries(prefix: prefix), index: index(prefix: prefix))
    }

    /// When the first session ends unless it is renewed.
    var nextDeadline: ContinuousClock.Instant? {
        sessions.values.compactMap(\.deadline).min()
    }

    // MARK: Commands

    /// Does `command`, at `now`.
    mutating func apply(_ command: StoreCommand, now: ContinuousClock.Instant) -> StoreOutcome {
        switch command {
        case .operation(let operation):
            if let refusal = delayRefusal(operation, now: now) { return .refused(refusal) }
            let next = index + 1
            switch perform(operation, at: next) {
            case .success(let entries):
                if lastChange == next { index = next }
                return .entries(entries)
            case .failure(let refusal):
                return .refused(refusal)
            }
        case .transaction(let operations):
            return transact(operations, now: now)
        case .createSession(let session):
            return create(session, now: now)
        case .renewSession(let id):
            return renew(id, now: now)
        case .destroySession(let id):
            end(id, now: now)
            return .done
        case .expireSessions:
            let over = sessions.values.filter { $0.deadline.map { $0 <= now } ?? false }
            for session in over { end(session.id, now: now) }
            return .done
        }
    }

    /// Does all operations at one index, or none.
    private mutating func transact(_ operations: [StoreOperation], now: ContinuousClock.Instant) -> StoreOutcome {
        // What a lock delay forbids is told before anything else is looked at, as Consul does.
        var refusals: [(operation: Int, refusal: StoreRefusal)] = []
        for (position, operation) in operations.enumerated() {
            if operation.key.isEmpty, operation.verb != .deleteTree {
                refusals.append((position, .invalid("Must provide key")))
            } else if delayRefusal(operation, now: now) != nil {
                let text = "failed to lock key \(GoText.quoted(operation.key)) due to lock delay"
                refusals.append((position, .unmet(text)))
            }
        }
        guard refusals.isEmpty else { return .aborted(refusals) }
        let before = self
        let next = index + 1
        var entries: [KeyValueEntry] = []
        for (position, operation) in operations.enumerated() {
            switch perform(operation, at: next) {
            case .success(let told): entries += told
            case .failure(let refusal): refusals.append((position, refusal))
            }
        }
        guard refusals.isEmpty else {
            self = before
            return .aborted(refusals)
        }
        if lastChange == next { index = next }
        return .entries(entries)
    }

    private var lastChange: UInt64 { max(entriesIndex, sessionsIndex) }

    /// Why a lock has to wait.
    private func delayRefusal(_ operation: StoreOperation, now: ContinuousClock.Instant) -> StoreRefusal? {
        guard operation.verb == .lock, !lockDelays.isEmpty, let until = lockDelays[Array(operation.key.utf8)],
            until > now
        else { return nil }
        return .unmet("lock delay")
    }
}
