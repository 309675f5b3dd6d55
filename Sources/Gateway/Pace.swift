/// How fast an answer may go: a bucket of octets, in a slab of its own, for few answers are held back.
struct Pace {
    let index: Int32
    /// Octets a second.
    var rate: Int64 = 0
    /// Octets that may go now; below zero where more has gone.
    var octets: Int64 = 0
    /// Until when it was filled, monotonic nanoseconds.
    var filled: UInt64 = 0
    /// The endpoint's connection waits for it, and for nothing else.
    var isWaiting = false

    init(index: Int32) {
        self.index = index
    }

    /// Begins a new answer at `now`.
    mutating func begin(rate: Int64, now: UInt64) {
        self.rate = rate
        octets = share
        filled = now
        isWaiting = false
    }

    /// What is read at once: an eighth of a second's, so that timers of 67 ms keep the rate.
    var share: Int64 { min(max(rate / 8, 1), 64 << 10) }

    /// Fills it up to `now`, to a quarter of a second's at the most.
    ///
    /// - Returns: the octets that may go, 0 if it is worth waiting for more.
    mutating func room(now: UInt64) -> Int64 {
        let elapsed = Int64(clamping: min(now &- filled, 60_000_000_000))
        let (high, low) = rate.multipliedFullWidth(by: elapsed)
        let gained = Int64(1_000_000_000).dividingFullWidth((high, low)).quotient
        if gained > 0 {
            octets = min(octets + gained, max(rate / 4, share))
            filled = now
        }
        return octets >= share ? octets : 0
    }

    /// Milliseconds until there is room.
    var wait: UInt32 { UInt32(clamping: max(0, share - octets) * 1_000 / rate + 1) }
}
