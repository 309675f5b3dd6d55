/// A bucket that leaks, as one number: the time at which it will be empty (the generic cell rate algorithm).
struct RateBucket {
    private var emptyAt: UInt64 = 0

    /// Puts `cost` in at `now`, in nanoseconds; false when the bucket runs over.
    mutating func spend(_ cost: UInt64, of rate: HTTP2Rate, now: UInt64) -> Bool {
        let step = 1_000_000_000 / max(rate.perSecond, 1)
        emptyAt = max(emptyAt, now) &+ cost &* step
        return emptyAt &- now <= rate.burst &* step
    }

    /// Takes `amount` out.
    mutating func refund(_ amount: UInt64, of rate: HTTP2Rate) {
        let step = 1_000_000_000 / max(rate.perSecond, 1)
        emptyAt = emptyAt > amount &* step ? emptyAt &- amount &* step : 0
    }
}
