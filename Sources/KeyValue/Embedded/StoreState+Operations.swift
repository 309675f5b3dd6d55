/// What each operation on a key does.
extension StoreState {
    /// Does `operation` at index `next`; changes nothing if it refuses.
    ///
    /// - Returns: the entries a transaction tells of: those read with their values, those written without.
    mutating func perform(_ operation: StoreOperation, at next: UInt64) -> Result<[KeyValueEntry], StoreRefusal> {
        switch operation.verb {
        case .set:
            return told(write(operation, session: entries[operation.key]?.session, lockIndex: 0, at: next))
        case .cas:
            guard (entries[operation.key]?.modifyIndex ?? 0) == operation.index else {
                return .failure(.unmet("failed to set key \(quoted(operation)), index is stale"))
            }
            return told(write(operation, session: entries[operation.key]?.session, lockIndex: 0, at: next))
        case .lock:
            return lock(operation, at: next)
        case .unlock:
            return unlock(operation, at: next)
        case .get, .getTree, .checkIndex, .checkSession, .checkNotExists:
            return read(operation)
        case .delete:
            remove(operation.key, at: next)
            return .success([])
        case .deleteCAS:
            // A key that is not there is as good as deleted.
            if let entry = entries[operation.key], entry.modifyIndex != operation.index {
                return .failure(.unmet("failed to delete key \(quoted(operation)), index is stale"))
            }
            remove(operation.key, at: next)
            return .success([])
        case .deleteTree:
            removeTree(operation.key, at: next)
            return .success([])
        }
    }

    private func read(_ operation: StoreOperation) -> Result<[KeyValueEntry], StoreRefusal> {
        let key = quoted(operation)
        if operation.verb == .getTree { return .success(entries.entries(prefix: operation.key)) }
        if operation.verb == .checkNotExists {
            return entries[operation.key] == nil ? .success([]) : .failure(.unmet("key \(key) exists"))
        }
        guard let entry = entries[operation.key] else {
            switch operation.verb {
            case .checkIndex: return .failure(.unmet("failed to check index, key \(key) doesn't exist"))
            case .checkSession: return .failure(.unmet("failed to check session, key \(key) doesn't exist"))
            default: return .failure(.unmet("key \(key) doesn't exist"))
            }
        }
        switch operation.verb {
        case .checkIndex where entry.modifyIndex != operation.index:
            return .failure(
                .unmet(
                    "failed index check for key \(key), current modify index \(entry.modifyIndex) != \(operation.index)"
                ))
        case .checkSession where (entry.session ?? "") != operation.session:
            let (held, wanted) = (GoText.quoted(entry.session ?? ""), GoText.quoted(operation.session))
            return .failure(.unmet("failed session check for key \(key), current session \(held) != \(wanted)"))
        case .get:
            return .success([entry])
        default:
            return told(entry)
        }
    }

    private mutating func lock(_ operation: StoreOperation, at next: UInt64) -> Result<[KeyValueEntry], StoreRefusal> {
        if let refusal = Self.refusal(ofSession: operation.session) { return .failure(refusal) }
        guard sessions[operation.session] != nil else {
            return .failure(.invalid("invalid session \(GoText.quoted(operation.session))"))
        }
        let existing = entries[operation.key]
        let lockIndex: UInt64
        if let holder = existing?.session {
            guard holder == operation.session else {
                return .failure(.unmet("failed to lock key \(quoted(operation)), lock is already held"))
            }
            lockIndex = existing?.lockIndex ?? 0
        } else {
            lockIndex = (existing?.lockIndex ?? 0) &+ 1
        }
        return told(write(operation, session: operation.session, lockIndex: lockIndex, at: next))
    }

    private mutating func unlock(
        _ operation: StoreOperation, at next: UInt64
    ) -> Result<[KeyValueEntry], StoreRefusal> {
        guard !operation.session.isEmpty else { return .failure(.invalid("missing session")) }
        guard let existing = entries[operation.key], existing.session == operation.session else {
            return .failure(
                .unmet(
                    "failed to unlock key \(quoted(operation)), lock isn't held, or is held by another session"))
        }
        return told(write(operation, session: nil, lockIndex: existing.lockIndex, at: next))
    }

    /// Why `id` can be no session's; the texts are Consul's.
    static func refusal(ofSession id: String) -> StoreRefusal? {
        if id.isEmpty { return .invalid("missing session") }
        guard id.utf8.count == 36 else {
            return .invalid("failed session lookup: index error: UUID must be 36 characters")
        }
        return nil
    }

    /// Writes the entry; an equal one stays as it is, with its index.
    private mutating func write(
        _ operation: StoreOperation, session: String?, lockIndex: UInt64, at next: UInt64
    ) -> KeyValueEntry {
        let existing = entries[operation.key]
        var entry = KeyValueEntry(
            key: operation.key, value: operation.value, flags: operation.flags,
            createIndex: existing?.createIndex ?? next, modifyIndex: existing?.modifyIndex ?? next,
            lockIndex: lockIndex, session: session)
        if entry == existing { return entry }
        entry.modifyIndex = next
        store(entry)
        return entry
    }

    /// Puts `entry`, whose index is the next one, into the map.
    mutating func store(_ entry: KeyValueEntry) {
        entries.set(entry)
        entriesIndex = entry.modifyIndex
        changes.keys.append(entry.key)
    }

    /// Deletes `key` at index `next`, if it is there.
    mutating func remove(_ key: String, at next: UInt64) {
        guard entries.remove(key) else { return }
        changes.keys.append(key)
        entriesIndex = next
        changes.tombstones.append(key)
        changes.tombstones += graveyard.bury(key, at: next)
    }

    private mutating func removeTree(_ prefix: String, at next: UInt64) {
        let removed = entries.removeAll(prefix: prefix)
        guard !removed.isEmpty else { return }
        changes.keys += removed
        entriesIndex = next
        changes.tombstones.append(prefix)
        changes.tombstones += graveyard.buryTree(prefix, at: next)
    }

    /// As transactions tell of a key they wrote or checked: without the value.
    private func told(_ entry: KeyValueEntry) -> Result<[KeyValueEntry], StoreRefusal> {
        var entry = entry
        entry.value = []
        return .success([entry])
    }

    private func quoted(_ operation: StoreOperation) -> String { GoText.quoted(operation.key) }
}
