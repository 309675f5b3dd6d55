/// All entries in the order of their keys' octets, as a value that is cheap to copy.
///
/// The writer changes its own copy while readers hold the last one that was committed. So the entries lie in chunks: a
/// change after a copy duplicates the list of chunks (one reference per hundred keys) and the chunk it falls into, not the
/// whole map. Looking up is two binary searches; listing walks the chunks. A chunk keeps the text that it was last answered
/// as, so that of a large listing only what has changed is written anew.
///
/// Invariants: no chunk is empty; keys ascend strictly within and across chunks; `count` is the sum of the chunks'.
struct EntryMap: Sendable {
    /// A chunk that grows beyond this is split in two: small enough to copy in microseconds, large enough that the list of
    /// chunks stays short at a hundred thousand keys.
    private static let chunkCapacity = 128

    private var chunks: [EntryChunk] = []

    /// How many entries there are.
    private(set) var count = 0

    /// An empty map.
    init() {}

    /// The map of `entries`, which ascend strictly by key.
    init(sorted entries: [KeyValueEntry]) {
        count = entries.count
        var start = 0
        while start < entries.count {
            // Half full, so that the first insertions do not split every chunk.
            let end = min(start + Self.chunkCapacity / 2, entries.count)
            chunks.append(EntryChunk(Array(entries[start..<end])))
            start = end
        }
    }

    /// The entry of `key`.
    subscript(key: String) -> KeyValueEntry? {
        let position = position(of: key)
        return position.isFound ? chunks[position.chunk].entries[position.offset] : nil
    }

    /// Adds `entry`, or replaces the one of the same key.
    mutating func set(_ entry: KeyValueEntry) {
        let position = position(of: entry.key)
        if position.isFound {
            chunks[position.chunk].entries[position.offset] = entry
            return
        }
        count += 1
        guard position.chunk < chunks.count else {
            chunks.append(EntryChunk([entry]))
            return
        }
        chunks[position.chunk].entries.insert(entry, at: position.offset)
        if chunks[position.chunk].entries.count > Self.chunkCapacity { split(position.chunk) }
    }

    /// Removes the entry of `key`.
    ///
    /// - Returns: whether there was one.
    mutating func remove(_ key: String) -> Bool {
        let position = position(of: key)
        guard position.isFound else { return false }
        chunks[position.chunk].entries.remove(at: position.offset)
        if chunks[position.chunk].entries.isEmpty { chunks.remove(at: position.chunk) }
        count -= 1
        return true
    }

    /// Removes everything whose key begins with `prefix`.
    ///
    /// - Returns: the keys that went.
    mutating func removeAll(prefix: String) -> [String] {
        var removed: [String] = []
        forEach(prefix: prefix) { removed.append($0.key) }
        guard removed.count < count else {
            chunks = []
            count = 0
            return removed
        }
        for key in removed { _ = remove(key) }
        return removed
    }

    /// Calls `body` for every entry whose key begins with `prefix`, in order.
    func forEach(prefix: String, _ body: (borrowing KeyValueEntry) -> Void) {
        forEachPiece(prefix: prefix) { chunk, range in for entry in chunk.entries[range] { body(entry) } }
    }

    /// The entries whose keys begin with `prefix`, in order.
    func entries(prefix: String) -> [KeyValueEntry] {
        var result: [KeyValueEntry] = []
        if prefix.isEmpty { result.reserveCapacity(count) }
        forEachPiece(prefix: prefix) { chunk, range in result.append(contentsOf: chunk.entries[range]) }
        return result
    }

    /// The highest `modifyIndex` of an entry whose key begins with `prefix`; 0 for none.
    func newest(prefix: String) -> UInt64 {
        var newest: UInt64 = 0
        forEachPiece(prefix: prefix) { chunk, range in
            newest = max(newest, chunk.newest(range))
        }
        return newest
    }

    /// Calls `body` for the texts of entries whose keys begin with `prefix`, in order; `write` makes a text of some.
    ///
    /// It must be the same `write` each time: texts are kept.
    func forEachText(
        prefix: String, _ write: (ArraySlice<KeyValueEntry>) -> [UInt8], _ body: ([UInt8]) -> Void
    ) {
        forEachPiece(prefix: prefix) { chunk, range in body(chunk.text(range, write)) }
    }

    /// Calls `body` for the chunks, and what of each has keys that begin with `prefix`, in order.
    private func forEachPiece(prefix: String, _ body: (EntryChunk, Range<Int>) -> Void) {
        var (chunk, offset, _) = position(of: prefix)
        while chunk < chunks.count {
            let entries = chunks[chunk].entries
            // As keys ascend, a last one with the prefix says that all before it have it.
            guard let last = entries.last, KeyOrder.hasPrefix(last.key, prefix) else {
                var end = offset
                while end < entries.count, KeyOrder.hasPrefix(entries[end].key, prefix) { end += 1 }
                if end > offset { body(chunks[chunk], offset..<end) }
                return
            }
            if offset < entries.count { body(chunks[chunk], offset..<entries.count) }
            chunk += 1
            offset = 0
        }
    }

    /// Where `key` is, or where it would be inserted: never a chunk's end unless it is the last chunk's.
    private func position(of key: String) -> (chunk: Int, offset: Int, isFound: Bool) {
        // The first chunk whose last key does not precede `key`.
        var low = 0
        var high = chunks.count
        while low < high {
            let middle = (low + high) / 2
            if let last = chunks[middle].entries.last, KeyOrder.precedes(last.key, key) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < chunks.count else {
            // Behind everything: the last chunk takes it.
            guard let last = chunks.last else { return (0, 0, false) }
            return (chunks.count - 1, last.entries.count, false)
        }
        let chunk = low
        low = 0
        let entries = chunks[chunk].entries
        high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if KeyOrder.precedes(entries[middle].key, key) { low = middle + 1 } else { high = middle }
        }
        return (chunk, low, KeyOrder.equals(entries[low].key, key))
    }

    private mutating func split(_ chunk: Int) {
        let middle = chunks[chunk].entries.count / 2
        let upper = EntryChunk(Array(chunks[chunk].entries[middle...]))
        chunks[chunk].entries.removeSubrange(middle...)
        chunks.insert(upper, at: chunk + 1)
    }
}
