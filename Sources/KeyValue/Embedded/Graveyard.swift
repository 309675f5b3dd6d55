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

    /// The index of the last deletion under `prefix` (0: none that is known).
    func index(prefix: String) -> UInt64 {
        var highest = floor
        var position = position(of: prefix)
        while position < tombstones.count, KeyOrder.hasPrefix(tombstones[position].key, prefix) {
            highest = max(highest, tombstones[position].index)
            position += 1
        }
        return highest
    }

    /// Remembers that `key`, or all under it, was deleted at `index`.
    ///
    /// - Returns: the new floor, if older ones were forgotten for it.
    mutating func bury(_ key: String, at index: UInt64) -> UInt64? {
        let position = position(of: key)
        if position < tombstones.count, KeyOrder.equals(tombstones[position].key, key) {
            tombstones[position].index = index
            return nil
        }
        tombstones.insert((key, index), at: position)
        guard tombstones.count > Self.capacity else { return nil }
        let indexes = tombstones.map(\.index).sorted()
        floor = max(floor, indexes[indexes.count / 2])
        tombstones.removeAll { [floor] in $0.index <= floor }
        return floor
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
