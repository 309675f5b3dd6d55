public import Routing

/// What somebody says of when endpoints that answer badly leave: only what it says, the rest stays as it was.
public struct OutlierSettings: Sendable, Hashable {
    /// Whether they leave at all; nil where only other things are said, which turn it on.
    public var isOn: Bool?
    /// ``OutlierPolicy/consecutiveErrors``.
    public var consecutiveErrors: UInt32?
    /// ``OutlierPolicy/ejection``.
    public var ejection: UInt32?
    /// ``OutlierPolicy/maximumEjection``.
    public var maximumEjection: UInt32?
    /// ``OutlierPolicy/maximumShare``.
    public var maximumShare: Double?
    /// ``OutlierPolicy/statuses``.
    public var statuses: StatusSet?

    /// Settings that say nothing.
    public init() {}

    /// Whether they say nothing.
    public var isEmpty: Bool { self == OutlierSettings() }

    /// Puts into `policy` what they say; a nil `policy` stays nil if that is nothing.
    public func apply(to policy: inout OutlierPolicy?) {
        guard !isEmpty else { return }
        guard isOn ?? true else {
            policy = nil
            return
        }
        var changed = policy ?? OutlierPolicy()
        if let consecutiveErrors { changed.consecutiveErrors = consecutiveErrors }
        if let ejection { changed.ejection = ejection }
        if let maximumEjection { changed.maximumEjection = maximumEjection }
        if let maximumShare { changed.maximumShare = maximumShare }
        if let statuses { changed.statuses = statuses }
        policy = changed
    }
}
