internal import Glibc
internal import Synchronization

/// How many connections each client's address has, over all workers: a table of fixed size without a lock.
///
/// A place is one word, 48 bits of the address's hash over 16 bits of count; one without a count is free. Where all sixteen
/// places of a set are taken, which takes as many addresses as the table has places, one more is not counted, and let in.
/// 65,536 places are 512 KiB, of which the kernel gives what is touched.
///
/// Safety: the memory is zeroed, which is a valid state of atomics, and lives as long as the object; every access is atomic.
@safe
final class AddressCounts: @unchecked Sendable {
    /// What came of counting one more.
    enum Outcome {
        case counted, full, untracked
    }

    private static let ways = 16

    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let setMask: Int

    /// A table of `places`, a power of two of at least sixteen.
    init(places: Int = Limits.countedAddresses) {
        setMask = places / Self.ways - 1
        unsafe words = zeroedWords(places)
    }

    deinit {
        unsafe free(words)
    }

    /// Counts one more of `owner`, a hash, unless there are `limit` (below 65,536) already.
    func add(_ owner: UInt64, limit: Int) -> Outcome {
        let mark = Self.mark(owner)
        let first = (Int(truncatingIfNeeded: owner) & setMask) * Self.ways
        while true {
            var free = -1
            var mine = -1
            var word: UInt64 = 0
            for place in first..<first + Self.ways {
                let value = unsafe words[place].load(ordering: .relaxed)
                if value & 0xffff == 0 {
                    if free < 0 { free = place }
                } else if value & ~0xffff == mark {
                    mine = place
                    word = value
                    break
                }
            }
            if mine < 0 {
                guard free >= 0 else { return .untracked }
                // Two who take two places at once for one address may have a connection more: they are found as one again
                // when the first of the places is free.
                let old = unsafe words[free].load(ordering: .relaxed)
                guard old & 0xffff == 0 else { continue }
                if unsafe words[free].compareExchange(expected: old, desired: mark | 1, ordering: .relaxed).exchanged {
                    return .counted
                }
                continue
            }
            guard word & 0xffff < UInt64(min(limit, 0xfffe)) else { return .full }
            if unsafe words[mine].weakCompareExchange(expected: word, desired: word + 1, ordering: .relaxed).exchanged {
                return .counted
            }
        }
    }

    /// Counts one less of `owner`, of whom one was counted.
    func remove(_ owner: UInt64) {
        let mark = Self.mark(owner)
        let first = (Int(truncatingIfNeeded: owner) & setMask) * Self.ways
        for place in first..<first + Self.ways {
            while true {
                let value = unsafe words[place].load(ordering: .relaxed)
                guard value & ~0xffff == mark, value & 0xffff > 0 else { break }
                if unsafe words[place].weakCompareExchange(expected: value, desired: value - 1, ordering: .relaxed)
                    .exchanged
                {
                    return
                }
            }
        }
    }

    /// The count of `owner`.
    func count(_ owner: UInt64) -> Int {
        let mark = Self.mark(owner)
        let first = (Int(truncatingIfNeeded: owner) & setMask) * Self.ways
        return (first..<first + Self.ways).reduce(0) { sum, place in
            let value = unsafe words[place].load(ordering: .relaxed)
            return value & ~0xffff == mark ? sum + Int(value & 0xffff) : sum
        }
    }

    private static func mark(_ owner: UInt64) -> UInt64 { owner & ~0xffff | (owner & ~0xffff == 0 ? 0x1_0000 : 0) }
}

/// Zeroed words: a large run of them is the kernel's pages, given when they are touched.
func zeroedWords(_ count: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    guard let memory = unsafe calloc(count, MemoryLayout<UInt64>.size) else {
        preconditionFailure("no memory for \(count) words")
    }
    return unsafe memory.assumingMemoryBound(to: Atomic<UInt64>.self)
}
