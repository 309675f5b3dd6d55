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
