internal import Glibc
internal import Routing
internal import Synchronization

/// The buckets of all rate limits, shared by all workers: a table of fixed size without a lock.
///
/// A bucket is a place with the hash of whom it belongs to and the time at which it is full again. A full bucket is as good
/// as none, so whoever needs a place takes that of a full one; where all eight places of a set are in use, the one that is
/// full soonest is taken, and its owner begins anew. 131,072 places of 16 octets are 2 MiB, of which the kernel gives what
/// is touched.
///
/// Safety: the memory is zeroed, which is a valid state of atomics, and lives as long as the object; every access is atomic.
/// Two words of a place are not written at once: who loses his place to another in the moment between charges him for one
/// request, or is charged for one.
@safe
final class RateTable: @unchecked Sendable {
    /// Places of a set: two cache lines.
    private static let ways = 8

    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let setMask: Int

    /// A table of `places`, a power of two of at least eight.
    init(places: Int = Limits.rateBuckets) {
        setMask = places / Self.ways - 1
        unsafe words = zeroedWords(places * 2)
    }

    deinit {
        unsafe free(words)
    }

    /// Charges the bucket of `owner`, a hash that is unlike any other's, with a request at `now`.
    ///
    /// - Returns: 0 if it is admitted, else the nanoseconds after which one would be.
    func admit(_ owner: UInt64, _ rule: RateRule, now: UInt64) -> UInt64 {
        let owner = owner == 0 ? 1 : owner
        let bucket = place(of: owner, now: now)
        while true {
            let full = unsafe words[bucket + 1].load(ordering: .relaxed)
            let (next, wait) = rule.admit(full: full, now: now)
            guard let next else { return wait }
            let isMine = unsafe words[bucket + 1].weakCompareExchange(
                expected: full, desired: next, ordering: .relaxed
            ).exchanged
            if isMine { return 0 }
        }
    }

    /// When the bucket of `owner` is full again, in the past if it is; nothing is charged.
    func full(_ owner: UInt64) -> UInt64 {
        let owner = owner == 0 ? 1 : owner
        let first = (Int(truncatingIfNeeded: owner) & setMask) * Self.ways * 2
        for place in stride(from: first, to: first + Self.ways * 2, by: 2)
        where unsafe words[place].load(ordering: .relaxed) == owner {
            return unsafe words[place + 1].load(ordering: .relaxed)
        }
        return 0
    }

    /// Where the owner's bucket is: the first of its two words.
    private func place(of owner: UInt64, now: UInt64) -> Int {
        // The low bits choose the set; all of them are the mark.
        let first = (Int(truncatingIfNeeded: owner) & setMask) * Self.ways * 2
        while true {
            var oldest = first
            var oldestFull = UInt64.max
            var oldestOwner: UInt64 = 0
            for place in stride(from: first, to: first + Self.ways * 2, by: 2) {
                let other = unsafe words[place].load(ordering: .relaxed)
                if other == owner { return place }
                let full = other == 0 ? 0 : unsafe words[place + 1].load(ordering: .relaxed)
                if full < oldestFull { (oldest, oldestFull, oldestOwner) = (place, full, other) }
            }
            let isMine = unsafe words[oldest].compareExchange(
                expected: oldestOwner, desired: owner, ordering: .relaxed
            ).exchanged
            if isMine {
                // What another owed is not this one's debt.
                if oldestFull > now { unsafe words[oldest + 1].store(now, ordering: .relaxed) }
                return oldest
            }
        }
    }
}
