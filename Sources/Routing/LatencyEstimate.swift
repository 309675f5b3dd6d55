/// How long answers take: a histogram whose buckets grow by a quarter, in which old answers fade.
///
/// 512 octets; one step to add, a walk over the buckets to ask. What it says is up to a quarter too long, never too short.
public struct LatencyEstimate: Sendable {
    /// Answers before which it says nothing.
    static let fewest: UInt32 = 100
    /// Answers after which all count half.
    private static let most: UInt32 = 4_096

    private var counts = InlineArray<128, UInt32>(repeating: 0)
    private var total: UInt32 = 0

    /// One that has seen nothing.
    public init() {}

    /// Adds an answer that took `nanoseconds`.
    public mutating func add(nanoseconds: UInt64) {
        counts[Self.bucket(of: nanoseconds)] &+= 1
        total &+= 1
        guard total >= Self.most else { return }
        total = 0
        for bucket in 0..<counts.count {
            counts[bucket] /= 2
            total += counts[bucket]
        }
    }

    /// Nanoseconds that `thousandths` of the answers stay under; nil while there are too few.
    public func quantile(thousandths: UInt16) -> UInt64? {
        guard total >= Self.fewest else { return nil }
        let wanted = (UInt64(total) * UInt64(min(thousandths, 1_000)) + 999) / 1_000
        var seen: UInt64 = 0
        for bucket in 0..<counts.count {
            seen += UInt64(counts[bucket])
            if seen >= wanted { return Self.end(of: bucket) }
        }
        return Self.end(of: counts.count - 1)
    }

    /// Units of 1,024 ns; four buckets for each power of two.
    static func bucket(of nanoseconds: UInt64) -> Int {
        let value = nanoseconds >> 10
        if value < 4 { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return min(127, (exponent - 1) * 4 + Int((value >> UInt64(exponent - 2)) & 3))
    }

    static func end(of bucket: Int) -> UInt64 {
        if bucket < 4 { return UInt64(bucket + 1) << 10 }
        return UInt64(5 + bucket % 4) << UInt64(bucket / 4 + 9)
    }
}
