/// An open-addressed hash table from runs of octets in a pool to small integers.
///
/// The pool is the owner's and is handed to each call, so that many indices can share one. At most half of the places are
/// taken, and a look-up touches one cache line of places and one of the pool in nearly all cases.
struct ByteIndex: Sendable {
    private struct Slot {
        var hash: UInt32 = 0
        var salt: UInt32 = 0
        var start: UInt32 = 0
        var count: UInt32 = 0
        /// -1: empty.
        var value: Int32 = -1
    }

    private var slots: [Slot]
    private let seed: UInt64
    /// Keys in it.
    private(set) var count = 0

    /// An empty index.
    ///
    /// `seed` is secret.
    init(seed: UInt64) {
        self.seed = seed
        slots = [Slot(), Slot()]
    }

    /// Whether nothing is in it.
    var isEmpty: Bool { count == 0 }

    /// The value for `count` octets of `bytes` from `start` under `salt`, or -1.
    @inline(__always)
    func value(of bytes: RawSpan, from start: Int, count: Int, salt: UInt32, pool: RawSpan) -> Int {
        let hash = ByteHash.hash(bytes, from: start, count: count, seed: seed, salt: salt)
        let slots = slots.span
        let mask = slots.count - 1
        var place = Int(hash) & mask
        while true {
            let slot = slots[place]
            if slot.value < 0 { return -1 }
            if slot.hash == hash, slot.salt == salt, Int(slot.count) == count,
                ByteHash.equal(bytes, start, pool, Int(slot.start), count: count)
            {
                return Int(slot.value)
            }
            place = (place + 1) & mask
        }
    }

    /// The value for a key that lies in `pool`; `value` is put in where there is none yet.
    mutating func insert(_ key: PoolRange, salt: UInt32, value: Int32, pool: [UInt8]) -> Int32 {
        let pool = unsafe pool.span.bytes
        let found = self.value(of: pool, from: Int(key.start), count: Int(key.count), salt: salt, pool: pool)
        if found >= 0 { return Int32(found) }
        if (count + 1) * 2 > slots.count { grow() }
        let hash = ByteHash.hash(pool, from: Int(key.start), count: Int(key.count), seed: seed, salt: salt)
        place(Slot(hash: hash, salt: salt, start: key.start, count: key.count, value: value))
        count += 1
        return value
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: old.count * 2)
        for slot in old where slot.value >= 0 { place(slot) }
    }

    private mutating func place(_ slot: Slot) {
        let mask = slots.count - 1
        var place = Int(slot.hash) & mask
        while slots[place].value >= 0 { place = (place + 1) & mask }
        slots[place] = slot
    }
}

/// A run of octets in a table's pool.
struct PoolRange: Sendable, Equatable {
    /// Offset of the first.
    var start: UInt32 = 0
    /// How many.
    var count: UInt32 = 0
}

extension ByteIndex {
    /// Places looked at for a key that is there, on average: for tests of the hash.
    var averageSteps: Double {
        var steps = 0
        for (place, slot) in slots.enumerated() where slot.value >= 0 {
            steps += ((place - Int(slot.hash)) & (slots.count - 1)) + 1
        }
        return count == 0 ? 0 : Double(steps) / Double(count)
    }
}
