/// When an endpoint that answers badly leaves the rotation, and for how long.
public struct OutlierPolicy: Sendable, Hashable, Codable {
    /// Errors in a row after which an endpoint leaves: answers of ``statuses``, and requests without an answer.
    public var consecutiveErrors: UInt32 = 5
    /// Milliseconds that an endpoint stays out the first time; the n-th time it is n times as long.
    public var ejection: UInt32 = 30_000
    /// Milliseconds that it stays out at most.
    public var maximumEjection: UInt32 = 300_000
    /// The share of a service's endpoints, 0 to 1, that may be out at once; one of several always may.
    public var maximumShare = 0.5
    /// The answers that are errors.
    public var statuses = StatusSet.errors

    /// The defaults.
    public init() {}

    /// How many of `count` endpoints may be out at once.
    ///
    /// A service's only endpoint never leaves: there is nobody else to ask.
    public func limit(of count: Int) -> Int {
        guard count > 1, maximumShare > 0 else { return 0 }
        return min(count, max(1, Int(maximumShare * Double(count))))
    }
}
