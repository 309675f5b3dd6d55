/// An outlier policy as the request path reads it.
@frozen
public struct OutlierRecord: Sendable {
    /// ``OutlierPolicy/consecutiveErrors``.
    public let consecutiveErrors: Int
    /// ``OutlierPolicy/ejection`` in nanoseconds.
    public let ejection: UInt64
    /// ``OutlierPolicy/maximumEjection`` in nanoseconds.
    public let maximumEjection: UInt64
    /// A bit for each status from 0 to 639 that is an error.
    private var errors = InlineArray<10, UInt64>(repeating: 0)

    /// From a policy.
    init(_ policy: OutlierPolicy) {
        consecutiveErrors = Int(policy.consecutiveErrors)
        ejection = UInt64(policy.ejection) * 1_000_000
        maximumEjection = UInt64(max(policy.ejection, policy.maximumEjection)) * 1_000_000
        for range in policy.statuses.ranges {
            for status in range where status < 640 { errors[Int(status) / 64] |= 1 << UInt64(status % 64) }
        }
    }

    /// Whether an answer of `status` is an error.
    public func isError(_ status: UInt16) -> Bool {
        status < 640 && errors[Int(status) / 64] & 1 << UInt64(status % 64) != 0
    }

    /// How long an endpoint stays out that has been out `count` times before.
    func length(after count: Int) -> UInt64 {
        let times = UInt64(clamping: count + 1)
        return ejection > maximumEjection / max(1, times) ? maximumEjection : ejection * times
    }
}
