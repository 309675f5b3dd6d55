/// Who may make requests, and over what: of a listener, a service or a route.
///
/// What is nil says nothing, and leaves what stands.
public struct AccessPolicy: Sendable, Equatable, Hashable, Codable {
    /// Networks whose clients are let in: where there are any, all others are kept out.
    public var allow: [Network]?
    /// Networks whose clients are kept out; the most specific network of both lists counts, and of two alike this one.
    public var deny: [Network]?
    /// Over what it is served.
    public var https: HTTPSPolicy?
    /// How many requests a client may make.
    public var rate: RateLimit?
    /// Whose password is asked for.
    public var basicAuth: BasicAuth?
    /// Octets a second of an answer's body; 0: without limit.
    public var bandwidth: Int64?

    /// A policy that says nothing.
    public init() {}

    /// Whether it says nothing.
    public var isEmpty: Bool { self == AccessPolicy() }

    /// Puts into `policy` what it says.
    public func apply(to policy: inout AccessPolicy) {
        if let allow { policy.allow = allow }
        if let deny { policy.deny = deny }
        if let https { policy.https = https }
        if let rate { policy.rate = rate }
        if let bandwidth { policy.bandwidth = bandwidth }
        if let basicAuth { policy.basicAuth = basicAuth }
    }
}
