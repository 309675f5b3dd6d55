/// The entries under a prefix, kept true by a watch's changes: etcd's keys and locks folded into the store's entries.
struct EtcdTree: Sendable {
    /// The entries, in the order of their keys' octets.
    private(set) var entries: [KeyValueEntry] = []
    /// Who holds the lock beside a key, whether the key is there or not.
    private var holders: [String: String] = [:]
    /// Which keys have a lease of their own, which counts before a lock beside them.
    private var leased: Set<String> = []
    private let space: EtcdKeySpace

    /// A tree of these keys.
    ///
    /// - Parameter listed: in the order of their octets.
    init(_ listed: [EtcdKeyValue] = [], in space: EtcdKeySpace) {
        self.space = space
        entries.reserveCapacity(listed.count)
        for entry in listed {
            switch space.name(entry.key) {
            case .key(let key): append(key, entry)
            // A lock's octets come after its key's, at once but for keys that are none of the store's.
            case .lock(let key):
                let holder = EtcdSession(lease: entry.lease, behavior: .release).id
                holders[key] = holder
                if let last = entries.indices.last, entries[last].key == key, !leased.contains(key) {
                    entries[last].session = holder
                }
            case nil: break
            }
        }
    }

    /// Takes a change.
    ///
    /// - Returns: whether an entry changed.
    mutating func take(_ event: EtcdWatchMessage.Event) -> Bool {
        switch space.name(event.entry.key) {
        case .key(let key):
            if event.isDeletion || event.entry.lease == 0 {
                leased.remove(key)
            } else {
                leased.insert(key)
            }
            return event.isDeletion ? remove(key) : put(Self.entry(key, event.entry, holder: holders[key]))
        case .lock(let key):
            let holder = event.isDeletion ? nil : EtcdSession(lease: event.entry.lease, behavior: .release).id
            holders[key] = holder
            let (index, isThere) = place(of: key)
            guard isThere, !leased.contains(key), entries[index].session != holder else { return false }
            entries[index].session = holder
            return true
        case nil:
            return false
        }
    }

    private mutating func append(_ key: String, _ entry: EtcdKeyValue) {
        if entry.lease != 0 { leased.insert(key) }
        entries.append(Self.entry(key, entry, holder: nil))
    }

    private mutating func put(_ entry: KeyValueEntry) -> Bool {
        let (index, isThere) = place(of: entry.key)
        if isThere {
            guard entries[index] != entry else { return false }
            entries[index] = entry
        } else {
            entries.insert(entry, at: index)
        }
        return true
    }

    private mutating func remove(_ key: String) -> Bool {
        let (index, isThere) = place(of: key)
        if isThere { entries.remove(at: index) }
        return isThere
    }

    /// Where `key` is, or would be.
    private func place(of key: String) -> (index: Int, isThere: Bool) {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].key.utf8.lexicographicallyPrecedes(key.utf8) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return (low, low < entries.count && entries[low].key.utf8.elementsEqual(key.utf8))
    }

    private static func entry(_ key: String, _ entry: EtcdKeyValue, holder: String?) -> KeyValueEntry {
        KeyValueEntry(
            key: key, value: entry.value, createIndex: entry.createRevision, modifyIndex: entry.modRevision,
            session: entry.lease == 0 ? holder : EtcdSession(lease: entry.lease, behavior: .delete).id)
    }
}
