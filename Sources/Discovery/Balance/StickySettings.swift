public import Routing

/// What somebody says of a service's sticky cookie: only what it says, the rest stays as it was.
public struct StickySettings: Sendable, Hashable {
    /// Whether there is one; nil where only other things are said, which turn it on.
    public var isOn: Bool?
    /// ``StickyPolicy/cookie``.
    public var cookie: String?
    /// ``StickyPolicy/isSecure``.
    public var isSecure: Bool?
    /// ``StickyPolicy/isHTTPOnly``.
    public var isHTTPOnly: Bool?
    /// ``StickyPolicy/sameSite``.
    public var sameSite: StickyPolicy.SameSite?
    /// ``StickyPolicy/maxAge``.
    public var maxAge: UInt32?
    /// ``StickyPolicy/path``.
    public var path: String?

    /// Settings that say nothing.
    public init() {}

    /// Whether they say nothing.
    public var isEmpty: Bool { self == StickySettings() }

    /// Puts into `policy` what they say; a nil `policy` stays nil if that is nothing.
    public func apply(to policy: inout StickyPolicy?) {
        guard !isEmpty else { return }
        guard isOn ?? true else {
            policy = nil
            return
        }
        var changed = policy ?? StickyPolicy()
        if let cookie { changed.cookie = cookie }
        if let isSecure { changed.isSecure = isSecure }
        if let isHTTPOnly { changed.isHTTPOnly = isHTTPOnly }
        if let sameSite { changed.sameSite = sameSite }
        if let maxAge { changed.maxAge = maxAge }
        if let path { changed.path = path }
        policy = changed
    }
}
