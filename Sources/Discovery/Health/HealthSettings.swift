public import Routing

/// What somebody says of how endpoints are checked: only what it says, the rest stays as it was.
public struct HealthSettings: Sendable, Hashable {
    /// ``HealthPolicy/kind``.
    public var kind: HealthPolicy.Kind?
    /// ``HealthPolicy/path``.
    public var path: String?
    /// ``HealthPolicy/method``.
    public var method: String?
    /// ``HealthPolicy/host``.
    public var host: String?
    /// ``HealthPolicy/port``.
    public var port: UInt16?
    /// ``HealthPolicy/scheme``.
    public var scheme: HealthPolicy.Scheme?
    /// ``HealthPolicy/headers``.
    public var headers: [NameValue]?
    /// ``HealthPolicy/statuses``.
    public var statuses: StatusSet?
    /// ``HealthPolicy/body``.
    public var body: String?
    /// ``HealthPolicy/interval``.
    public var interval: UInt32?
    /// ``HealthPolicy/fastInterval``.
    public var fastInterval: UInt32?
    /// ``HealthPolicy/timeout``.
    public var timeout: UInt32?
    /// ``HealthPolicy/healthy``.
    public var healthy: UInt16?
    /// ``HealthPolicy/unhealthy``.
    public var unhealthy: UInt16?
    /// ``HealthPolicy/initial``.
    public var initial: HealthPolicy.Initial?

    /// Settings that say nothing.
    public init() {}

    /// Whether they say nothing.
    public var isEmpty: Bool { self == HealthSettings() }

    /// Puts into `policy` what they say.
    public func apply(to policy: inout HealthPolicy) {
        if let kind { policy.kind = kind }
        if let path { policy.path = path }
        if let method { policy.method = method }
        if let host { policy.host = host }
        if let port { policy.port = port }
        if let scheme { policy.scheme = scheme }
        if let headers { policy.headers = headers }
        if let statuses { policy.statuses = statuses }
        if let body { policy.body = body }
        if let interval { policy.interval = interval }
        if let fastInterval { policy.fastInterval = fastInterval }
        if let timeout { policy.timeout = timeout }
        if let healthy { policy.healthy = healthy }
        if let unhealthy { policy.unhealthy = unhealthy }
        if let initial { policy.initial = initial }
    }
}
