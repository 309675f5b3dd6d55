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
    var limits = Self.limits
    /// Calls of clients that an engine is asked to answer at once; more wait their turn.
    var callsMax = 32
    /// The same of those that may take long: to stop, to wait, to pull.
    var longCallsMax = 256
    /// Calls of clients that may wait for one engine.
    var waitingCallsMax = 1_024
    /// How often an engine is pinged.
    ///
    /// With ``failuresMax`` of 3 a host that is cut off is noticed within 17 s: the pause, three deadlines of a ping, and what
    /// lies between these.
    var heartbeat: Duration = .seconds(4)
    /// The pause after a ping that failed.
    var heartbeatRetry: Duration = .milliseconds(300)
    /// The pause before an engine that does not answer is tried again; doubled up to the second.
    var retryMin: Duration = .seconds(1)
    var retryMax: Duration = .seconds(8)
    /// How often an engine is asked what it is and has.
    var identityCheck: Duration = .seconds(300)
    /// How long a container is looked at because of an event before the event is told all the same.
    var glance: Duration = .seconds(5)
    /// Containers of one engine that are looked at at once.
    var inspectionsMax = 2

    init() {}

    /// The client's own, but for what the cluster does itself (heartbeats) and needs faster.
    private static var limits: EngineLimits {
        var limits = EngineLimits()
        limits.connect = .seconds(4)
        limits.ping = .seconds(4)
        limits.heartbeat = .seconds(24 * 3_600)
        // Bounded by the gates; pings must find a place beside many streams.
        limits.connectionsMax = 4_096
        return limits
    }
}
