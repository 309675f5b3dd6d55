/// What the control plane can say of itself at any time.
public struct ControllerStatus: Sendable {
    /// The number of the table in force, 0 before the first.
    public var generation: UInt64 = 0
    /// Services in it.
    public var services = 0
    /// Endpoints in it.
    public var endpoints = 0
    /// Routes in it.
    public var routes = 0
    /// Whether the store was heard of, or a former run's table is served.
    public var isReady = false
    /// Whether the store answers now.
    public var isStoreAvailable = false
    /// The certificates in force.
    public var certificates: [CertificateStatus] = []
    /// Seconds since 1970 at which the table in force was installed, 0 before the first.
    public var installedAt: Int64 = 0
    /// What operators have said of endpoints, in the order of their names.
    public var overrides: [OverriddenEndpoint] = []
    /// Why the store does not answer, nil if it does.
    public var outage: String?
    /// What stands in the way of something.
    public var problems: [StandingProblem] = []

    /// Nothing known yet.
    public init() {}
}

/// A table that was put in force, and what it took.
public struct Installation: Sendable {
    /// The table's number.
    public var generation: UInt64
    /// What changed.
    public var changes: TableChanges
    /// From the watch's word to the table in force.
    public var latency: Duration
    /// How much of that the table's compilation took.
    public var compilation: Duration
    /// Services, endpoints and routes in the table.
    public var counts: (services: Int, endpoints: Int, routes: Int)
}
