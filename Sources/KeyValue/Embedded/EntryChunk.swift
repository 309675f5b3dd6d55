internal import Synchronization

/// Entries that lie together, with what was made of them when they were last looked at as a whole.
struct EntryChunk: Sendable {
    /// What is kept as long as the entries stay the same; copies share it.
    private final class Summary: Sendable {
        let text = Mutex<[UInt8]?>(nil)
        let newest = Atomic<UInt64>(0)
    }

    /// The entries, ascending by key.
    var entries: [KeyValueEntry] {
        didSet { summary = Summary() }
    }
    private var summary = Summary()

    /// A chunk of `entries`.
    init(_ entries: [KeyValueEntry]) {
        self.entries = entries
    }

    /// The highest `modifyIndex` in `range`.
    func newest(_ range: Range<Int>) -> UInt64 {
        guard range.count == entries.count else { return highest(range) }
        let known = summary.newest.load(ordering: .relaxed)
        if known > 0 { return known }
        let newest = highest(range)
        summary.newest.store(newest, ordering: .relaxed)
        return newest
    }

    private func highest(_ range: Range<Int>) -> UInt64 {
        var highest: UInt64 = 0
        for index in range { highest = max(highest, entries[index].modifyIndex) }
        return highest
    }

    /// What `write` makes of the entries in `range`.
    func text(_ range: Range<Int>, _ write: (ArraySlice<KeyValueEntry>) -> [UInt8]) -> [UInt8] {
        guard range.count == entries.count else { return write(entries[range]) }
        return summary.text.withLock { text in
            if let text { return text }
            let made = write(entries[range])
            text = made
            return made
        }
    }
}
