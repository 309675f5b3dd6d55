/// The keys and prefixes that were deleted, and when: so that the index of a prefix grows when something under it goes.
///
/// Without it a deletion would take the highest index with it, and who waits for the prefix's index to grow would never
/// hear of the deletion.
///
/// It cannot grow without end. When it is full the older half goes, and the highest index among that becomes the `floor`
/// that every prefix's index is at least: a prefix's index never falls, at the price of one answer without news to each
/// who waits with an index below the floor.
struct Graveyard: Sendable {
    /// How many deletions are remembered; a look at a prefix without live keys walks those under it.
    static let capacity = 4096

    /// Key or prefix, and the index of its deletion; ascending by the octets of the key.
    private(set) var tombstones: [(key: String, index: UInt64)] = []
    /// The highest index that was forgotten.
    private(set) var floor: UInt64

    /// An empty graveyard, or what was kept of one.
    init(floor: UInt64 = 0, tombstones: [(key: String, index: UInt64)] = []) {
        self.floor = floor
        self.tombstones = tombstones
    }

    /// The index of the last deletion under `prefix` that is remembered (0: none).
    func index(prefix: String) -> UInt64 {
        var highest: UInt64 = 0
        for position in range(prefix: prefix) { highest = max(highest, tombstones[position].index) }
        return highest
    }

    /// The index of the deletion of exactly `key`, nil if it is not remembered.
    subscript(key: String) -> UInt64? {
        let position = position(of: key)
        guard position < tombstones.count, KeyOrder.equals(tombstones[position].key, key) else { return nil }
        return tombstones[position].index
    }

    /// Remembers that `key` was deleted at `index`.
    ///
    /// - Returns: the keys that were forgotten for it.
    mutating func bury(_ key: String, at index: UInt64) -> [String] {
        let position = position(of: key)
        if position < tombstones.count, KeyOrder.equals(tombstones[position].key, key) {
            tombstones[position].index = index
            return []
        }
        tombstones.insert((key, index), at: position)
        guard tombstones.count > Self.capacity else { return [] }
        let indexes = tombstones.map(\.index).sorted()
        floor = max(floor, indexes[indexes.count / 2])
        let forgotten = tombstones.filter { $0.index <= floor }.map(\.key)
        tombstones.removeAll { [floor] in $0.index <= floor }
        return forgotten
    }

    /// Remembers that everything under `prefix` was deleted at `index`.
    ///
    /// What was deleted under it before is forgotten: a longer prefix would find only those older deletions, and its index
    /// would fall. Without any it goes by the index of the whole store, which has just grown.
    ///
    /// - Returns: the keys that were forgotten for it.
    mutating func buryTree(_ prefix: String, at index: UInt64) -> [String] {
        let older = range(prefix: prefix)
        let forgotten = tombstones[older].map(\.key)
        tombstones.removeSubrange(older)
        return prefix.isEmpty ? forgotten : forgotten + bury(prefix, at: index)
    }

    private func range(prefix: String) -> Range<Int> {
        let start = position(of: prefix)
        var end = start
        while end < tombstones.count, KeyOrder.hasPrefix(tombstones[end].key, prefix) { end += 1 }
        return start..<end
    }

    private func position(of key: String) -> Int {
        var low = 0
        var high = tombstones.count
        while low < high {
            let middle = (low + high) / 2
            if KeyOrder.precedes(tombstones[middle].key, key) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
