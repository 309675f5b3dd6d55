public import Routing

/// What somebody says of the key that requests are balanced by: only what it says, the rest stays as it was.
public struct HashSettings: Sendable, Hashable {
    /// ``HashPolicy/source`` and ``HashPolicy/name``, which belong together.
    public var source: HashPolicy.Source?
    /// The name that goes with `source`.
    public var name = ""
    /// ``HashPolicy/boundPercent``.
    public var boundPercent: Int?

    /// Settings that say nothing.
    public init() {}

    /// Whether they say nothing.
    public var isEmpty: Bool { self == HashSettings() }

    /// Puts into `policy` what they say.
    public func apply(to policy: inout HashPolicy) {
        if let source {
            policy.source = source
            policy.name = name
        }
        if let boundPercent { policy.boundPercent = boundPercent }
    }
}
