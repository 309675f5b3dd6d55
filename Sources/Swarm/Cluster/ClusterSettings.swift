internal import DockerEngine

/// How engines of the cluster are reached, looked at, and counted on.
struct ClusterSettings: Sendable {
    /// The share by which more than there is may be promised.
    var overcommit = 0.05
    /// How often an engine is looked at in full: between the two.
    var refreshMin: Duration = .seconds(30)
    var refreshMax: Duration = .seconds(60)
    /// Failures in a row after which an engine counts as unhealthy, 1 or more.
    var failuresMax = 3
    /// How engines are spoken to over TLS; nil: in the clear.
    var tls: DockerTLS?
    /// Waits and bounds of calls to engines.
    var limits = EngineLimits()
    /// Calls that an engine is asked to answer at once; more wait their turn.
    var callsMax = 32

    init() {}
}
