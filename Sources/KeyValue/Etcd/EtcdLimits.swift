/// Every wait and bound of the conversation with etcd, and where its figure comes from.
public struct EtcdLimits: Sendable, Equatable {
    /// How long a connection may take to be made: a member is in this network.
    public var connect: Duration = .seconds(2)
    /// How many connections to one member there may be: each watch holds one.
    public var connectionsMax = 4096
    /// How long an answer may take at one member; etcd itself gives up after 7 s (5 s and two elections).
    public var answer: Duration = .seconds(10)
    /// How long a body may take once its head is here.
    public var body: Duration = .seconds(30)
    /// The largest answer, and the largest message of a watch, that is read: a page of entries at 32 KiB each.
    public var bodyBytesMax = 64 * 1024 * 1024
    /// How many entries are asked for at once; those beyond come in further answers of the same revision.
    ///
    /// etcd holds up its writers while it gathers an answer: a page is some hundred microseconds of its time.
    public var pageEntries = 2000
    /// How often a listing is begun anew because its revision was compacted between two pages.
    public var listingAttempts = 5
    /// How long a member may be silent before it is asked whether it is still there.
    ///
    /// A watch says nothing while nothing changes, and a member that froze keeps its connections.
    public var silence: Duration = .seconds(15)
    /// How long a member may take to say that it is still there.
    public var pulse: Duration = .seconds(5)
    /// The least time between two attempts to follow a prefix, so that a member that ends each watch at once makes no
    /// busy loop.
    public var pause: Duration = .milliseconds(5)
    /// What is asked anew so often that it takes longer than this to fail again counts as having worked.
    public var steady: Duration = .seconds(10)
    /// The pause before the second attempt after a failure (the first is made at once); doubled from there.
    public var retry: Duration = .milliseconds(100)
    /// What the pause between attempts grows to.
    public var retryMax: Duration = .seconds(10)

    /// The defaults.
    public init() {}
}
