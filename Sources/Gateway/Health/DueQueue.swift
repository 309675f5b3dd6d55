/// Numbers with the times at which their turns come, soonest first: a binary heap.
///
/// Nothing is taken out before its turn: whoever put it in knows by its mark whether it still counts.
struct DueQueue: Sendable {
    struct Entry: Sendable {
        /// Monotonic nanoseconds.
        var due: UInt64
        var number: Int32
        /// What ``number`` was marked by as it was put in.
        var mark: UInt32
    }

    private var entries: [Entry] = []

    /// The time of the first turn, nil when there is none.
    var next: UInt64? { entries.first?.due }
    var count: Int { entries.count }

    mutating func put(_ entry: Entry) {
        entries.append(entry)
        var place = entries.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard entries[place].due < entries[parent].due else { return }
            entries.swapAt(place, parent)
            place = parent
        }
    }

    /// The first entry if its turn has come at `now`.
    mutating func take(now: UInt64) -> Entry? {
        guard let first = entries.first, first.due <= now else { return nil }
        let last = entries.removeLast()
        guard !entries.isEmpty else { return first }
        entries[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < entries.count && entries[child].due < entries[least].due {
                least = child
            }
            guard least != place else { return first }
            entries.swapAt(place, least)
            place = least
        }
    }
}
