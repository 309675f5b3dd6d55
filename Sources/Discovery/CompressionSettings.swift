public import Routing
public import Wire

/// What a configuration says of compressing answers: only what it says, the rest stays as it was.
public struct CompressionSettings: Sendable, Equatable {
    /// ``CompressionPolicy/isOn``.
    public var isOn: Bool?
    /// ``CompressionPolicy/types``.
    public var types: [String]?
    /// ``CompressionPolicy/minimum``.
    public var minimum: Int?
    /// ``CompressionPolicy/codings``.
    public var codings: [ContentCoding]?
    /// ``CompressionPolicy/level``.
    public var level: Int?

    /// Settings that say nothing.
    public init() {}

    /// Whether they say nothing.
    public var isEmpty: Bool { self == CompressionSettings() }

    /// Puts into `policy` what they say.
    public func apply(to policy: inout CompressionPolicy) {
        if let isOn { policy.isOn = isOn }
        if let types { policy.types = types }
        if let minimum { policy.minimum = minimum }
        if let codings { policy.codings = codings }
        if let level { policy.level = level }
    }
}
