/// When a failed try is made again at another endpoint.
@frozen
public struct RetryPolicy: Sendable, Equatable, Codable {
    /// Tries after the first; 0 turns retries off.
    public var attempts: UInt8 = 2
    /// Which failures are tried again.
    public var causes: RetryCauses = [.connect, .refused, .reset, .status502, .status503, .status504]

    /// The defaults.
    public init() {}
}

/// The failures that a retry answers.
@frozen
public struct RetryCauses: OptionSet, Sendable, Codable {
    /// The bits.
    public let rawValue: UInt16
    /// From bits.
    @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// The connection did not come up in time.
    public static let connect = RetryCauses(rawValue: 1)
    /// The endpoint refused the connection.
    public static let refused = RetryCauses(rawValue: 2)
    /// The connection ended before a byte of the answer.
    public static let reset = RetryCauses(rawValue: 4)
    /// The endpoint answered 502.
    public static let status502 = RetryCauses(rawValue: 8)
    /// The endpoint answered 503.
    public static let status503 = RetryCauses(rawValue: 16)
    /// The endpoint answered 504.
    public static let status504 = RetryCauses(rawValue: 32)
    /// No answer came in time.
    public static let timeout = RetryCauses(rawValue: 64)
    /// What came is no answer.
    public static let invalid = RetryCauses(rawValue: 128)
    /// The endpoint answered 500.
    public static let status500 = RetryCauses(rawValue: 256)
    /// The endpoint answered 429.
    public static let status429 = RetryCauses(rawValue: 512)

    /// The names by which configurations know them.
    public static let names: [(name: String, cause: RetryCauses)] = [
        ("connect", .connect), ("refused", .refused), ("reset", .reset), ("timeout", .timeout), ("invalid", .invalid),
        ("429", .status429), ("500", .status500), ("502", .status502), ("503", .status503), ("504", .status504),
    ]
}
