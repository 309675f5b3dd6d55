/// Every wait and bound of the dealings with a running HAProxy, and where its figure comes from.
public struct HAProxyLimits: Sendable, Equatable {
    /// How long connecting and any line of commands may take; 200 commands were measured at 3 ms.
    public var answer: Duration = .seconds(5)
    /// The largest answer that is read: 500,000 servers in `show servers state`.
    public var replyBytesMax = 64 << 20
    /// How long a server that gets another address is out of rotation at the most while its requests in flight finish;
    /// those that take longer go on, and their connections may be used again.
    public var quiet: Duration = .milliseconds(250)
    /// How long a change waits for requests in flight to servers that go, before they are left to finish behind its back.
    public var settle: Duration = .milliseconds(200)
    /// How long a server that goes may finish what it has before it is put in maintenance, which matters to
    /// `on-marked-down shutdown-sessions` alone; as long as the edge drains by default.
    public var drain: Duration = .seconds(30)
    /// The first pause between attempts to delete a server that has connections left; doubled from there.
    public var sweep: Duration = .milliseconds(100)
    /// What that pause grows to.
    public var sweepMax: Duration = .seconds(30)
    /// How long a reload may take until the new process serves: 10,000 servers took 0.74 s.
    public var reload: Duration = .seconds(15)
    /// Workers of earlier configurations that may go on with connections they still have; beyond that the oldest is ended.
    ///
    /// With 10,000 servers each holds 87 MB.
    public var oldWorkersMax = 10

    /// The defaults.
    public init() {}
}
