/// How sessions begin, go on and end.
extension StoreState {
    /// Adds `session`; its TTL runs from now.
    mutating func create(_ session: StoreSession, now: ContinuousClock.Instant) -> StoreOutcome {
        var session = session
        index += 1
        sessionsIndex = index
        session.createIndex = index
        session.deadline = session.ttl.map { now + $0 }
        sessions[session.id] = session
        changes.sessions.append(session.id)
        return .session(session)
    }

    /// Lets the TTL run from now again; nothing that is kept on disk changes.
    mutating func renew(_ id: String, now: ContinuousClock.Instant) -> StoreOutcome {
        // Over is over, even if nobody has come to end it yet.
        guard var session = sessions[id], session.deadline.map({ $0 > now }) ?? true else { return .noSession }
        session.deadline = session.ttl.map { now + $0 }
        sessions[id] = session
        return .session(session)
    }

    /// Ends a session: its keys are released or deleted, and held back for its lock delay.
    mutating func end(_ id: String, now: ContinuousClock.Instant) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        index += 1
        sessionsIndex = index
        changes.sessions.append(id)
        var held: [KeyValueEntry] = []
        entries.forEach(prefix: "") { if $0.session == id { held.append(copy $0) } }
        let delay = min(session.lockDelay, Self.lockDelayMaximum)
        lockDelays = lockDelays.filter { $0.value > now }
        for entry in held {
            if delay > .zero { lockDelays[Array(entry.key.utf8)] = now + delay }
            switch session.behavior {
            case .release:
                var entry = entry
                entry.session = nil
                entry.modifyIndex = index
                store(entry)
            case .delete:
                remove(entry.key, at: index)
            }
        }
    }
}
