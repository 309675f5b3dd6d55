/// How long requests took: counts by ranges that widen with the duration, two to each doubling.
///
/// Bounds go from 250 µs to 65.536 s, so that a count says a duration to a quarter of itself wherever it lies.
public struct DurationHistogram: Sendable, Equatable {
    /// Ranges with an upper bound; one more holds what is longer.
    public static let boundCount = 36
    /// Nanoseconds of the first bound.
    static let unit: UInt64 = 250_000

    /// How many requests were in each range, the last one's without an upper bound.
    public var counts = [UInt64](repeating: 0, count: boundCount + 1)
    /// Nanoseconds that they took together.
    public var sum: UInt64 = 0

    /// Nothing counted.
    public init() {}

    /// Nanoseconds that a request of range `index` took at the most.
    ///
    /// 1, 2, 3, 4, 6, 8, 12, 16 and so on, times 250 µs.
    public static func bound(_ index: Int) -> UInt64 {
        guard index > 1 else { return UInt64(index + 1) * unit }
        let half = UInt64(1) << UInt64(index / 2 - 1)
        return (index.isMultiple(of: 2) ? 3 : 4) * half * unit
    }

    /// The range that `nanoseconds` are in.
    @inline(__always)
    static func range(of nanoseconds: UInt64) -> Int {
        guard nanoseconds > unit else { return 0 }
        let below = (nanoseconds - 1) / unit
        let doublings = 63 - below.leadingZeroBitCount
        guard doublings > 0 else { return 1 }
        return min(boundCount, 2 * doublings + Int(below >> UInt64(doublings - 1) & 1))
    }

    /// Counts one request.
    public mutating func add(nanoseconds: UInt64) {
        counts[Self.range(of: nanoseconds)] += 1
        sum &+= nanoseconds
    }

    /// All that were counted.
    public var count: UInt64 { counts.reduce(0, &+) }

    /// Nanoseconds that the given share of the requests took at the most, to the bound of its range; 0 of none.
    ///
    /// What is longer than the last bound counts as that.
    public func quantile(_ share: Double) -> UInt64 {
        let rank = UInt64((Double(count) * share).rounded(.up))
        var passed: UInt64 = 0
        for (index, count) in counts.enumerated() where count > 0 {
            passed &+= count
            if passed >= rank { return Self.bound(min(index, Self.boundCount - 1)) }
        }
        return 0
    }

    /// Adds what another has counted.
    public mutating func add(_ other: DurationHistogram) {
        for index in counts.indices { counts[index] &+= other.counts[index] }
        sum &+= other.sum
    }

    /// Takes away what was there before.
    mutating func subtract(_ other: DurationHistogram) {
        for index in counts.indices { counts[index] &-= other.counts[index] }
        sum &-= other.sum
    }
}
