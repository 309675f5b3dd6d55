/// A ``RateLimit`` as the request path reckons with it: the generic cell rate algorithm, in nanoseconds.
///
/// A bucket is one number, the time at which it would be full again (its theoretical arrival time). A request is admitted if
/// that is not further ahead than the burst allows, and moves it on by the interval. Nothing runs while nobody asks, and a
/// change of the rule finds the bucket as full as it was.
@frozen
public struct RateRule: Sendable {
    /// Nanoseconds of one request.
    public let interval: UInt64
    /// Nanoseconds that a bucket may be ahead as a request comes: those of the burst but for the request itself.
    public let tolerance: UInt64

    /// The rule of `limit`, which limits something.
    public init(_ limit: RateLimit) {
        let period = UInt64(max(1, limit.period)) * 1_000_000_000
        interval = max(1, period / UInt64(max(1, limit.requests)))
        tolerance = interval &* UInt64(clamping: max(0, limit.burst - 1))
    }

    /// How many requests a bucket that is full at `full` admits at `now`, one after the other.
    public func left(full: UInt64, now: UInt64) -> Int {
        let ahead = full > now ? full &- now : 0
        return ahead > tolerance ? 0 : Int(clamping: (tolerance &- ahead) / interval &+ 1)
    }

    /// What follows for a bucket that is full at `full`, when a request comes at `now`.
    ///
    /// - Returns: when the bucket is full after the request, or nil and the nanoseconds after which it would be admitted.
    @inlinable
    public func admit(full: UInt64, now: UInt64) -> (full: UInt64?, wait: UInt64) {
        let base = full > now ? full : now
        let ahead = base &- now
        if ahead > tolerance { return (nil, ahead &- tolerance) }
        return (base &+ interval, 0)
    }
}
