internal import Synchronization

/// On which engines images are being built: what belongs to one build comes over several connections.
final class BuildDirectory: Sendable {
    private struct Entry {
        var address: NodeAddress
        var since: ContinuousClock.Instant
    }

    private struct Book {
        var entries: [String: Entry] = [:]
        /// Where builds are that name neither themselves nor a session.
        var common: Entry?
    }

    /// How long a build is remembered.
    private static let life: Duration = .seconds(3_600)
    /// Builds and sessions that are remembered.
    private static let capacity = 4_096

    private let book = Mutex(Book())

    /// Notes where a build or a session is.
    func note(_ names: [String], at address: NodeAddress) {
        let now = ContinuousClock.now
        book.withLock { book in
            if book.entries.count + names.count > Self.capacity {
                book.entries = book.entries.filter { now - $0.value.since < Self.life }
            }
            guard book.entries.count + names.count <= Self.capacity else { return }
            for name in names { book.entries[name] = Entry(address: address, since: now) }
        }
    }

    /// Where a build or a session is; nil if none of the names is known.
    func engine(of names: [String]) -> NodeAddress? {
        book.withLock { book in
            for name in names {
                if let entry = book.entries[name], .now - entry.since < Self.life { return entry.address }
            }
            return nil
        }
    }

    /// Where a build or a session is as soon as that is known, within `patience`.
    func engine(of names: [String], within patience: Duration) async -> NodeAddress? {
        let end = ContinuousClock.now + patience
        while true {
            if let address = engine(of: names) { return address }
            guard .now < end, (try? await Task.sleep(for: .milliseconds(50))) != nil else { return nil }
        }
    }

    /// The engine of builds that name neither themselves nor a session: the last one, while `allows` has it.
    func common(_ allows: (NodeAddress) -> Bool) -> NodeAddress? {
        book.withLock { book in
            guard let entry = book.common, .now - entry.since < Self.life, allows(entry.address) else { return nil }
            return entry.address
        }
    }

    /// Notes where builds go that name neither themselves nor a session.
    func note(common address: NodeAddress) {
        book.withLock { $0.common = Entry(address: address, since: .now) }
    }
}
