public import GoFlags

/// What `portico swarm manage` is told.
public struct ManageOptions: Sendable, Equatable {
    /// The strategy's name.
    public var strategy = "spread"
    /// Filters by name; none: all of them.
    public var filters: [String] = []
    /// Where clients are listened for; none: 127.0.0.1:2375.
    public var hosts: [String] = []
    /// Whether several managers elect one.
    public var replicates = false
    /// How long a manager that has died goes on being the one.
    public var replicationTime = Duration.seconds(20)
    /// Where other managers reach this one.
    public var advertise = ""
    /// Whether TLS is spoken, to clients and to engines.
    public var tls = false
    /// The file of the authority that the others' certificates are of.
    public var tlsAuthority = ""
    /// The certificate's file.
    public var tlsCertificate = ""
    /// Its key's file.
    public var tlsKey = ""
    /// Whether the others' certificates are checked.
    public var tlsVerify = false
    /// How often files are read anew, and how long a store that failed is left alone.
    public var heartbeat = Duration.seconds(60)
    /// Whether pages of other origins may ask.
    public var allowsOrigins = false
    /// What the cluster is made of: `swarm`.
    public var driver = "swarm"
    /// `name=value`, of the store.
    public var discovery: [String] = []
    /// `name=value`, of the cluster.
    public var cluster: [String] = []
    /// How often an engine is looked at in full, at the least.
    public var refreshMin = Duration.seconds(30)
    /// The same at the most.
    public var refreshMax = Duration.seconds(60)
    /// Failures after which an engine counts as unhealthy.
    public var failureRetry = 3
    /// Of old; only its default is taken.
    public var refreshRetry = 3
    /// Whether a list by node looks at that node first.
    public var refreshesOnNodeFilter = false
    /// The name for which a list looks at all engines first.
    public var refreshingName = ""

    /// Nothing said.
    public init() {}

    /// The flags, classic Docker Swarm's.
    public static var flags: FlagSet<ManageOptions> {
        var flags = FlagSet(name: "portico swarm manage", defaults: ManageOptions())
        flags.string("strategy", \.strategy, "which node is the first choice: spread, binpack or random")
        flags.strings(
            "filter", \.filters,
            "a `FILTER`: health, port, containerslots, dependency, affinity, constraint, whitelist; all by default")
        flags.alias("f", of: "filter")
        flags.strings("host", \.hosts, "where to listen: tcp://ADDR:PORT or unix://PATH [$SWARM_HOST]")
        flags.alias("H", of: "host")
        flags.boolean("replication", \.replicates, "elect one of several managers")
        flags.duration("replication-ttl", \.replicationTime, "how long one that has died goes on being the one")
        flags.string("advertise", \.advertise, "where other managers reach this one, `HOST:PORT` [$SWARM_ADVERTISE]")
        flags.alias("addr", of: "advertise")
        flags.boolean("tls", \.tls, "speak TLS; implied by --tlsverify")
        flags.string("tlscacert", \.tlsAuthority, "trust certificates of the authority in this `FILE`")
        flags.string("tlscert", \.tlsCertificate, "the certificate's `FILE`")
        flags.string("tlskey", \.tlsKey, "its key's `FILE`")
        flags.boolean("tlsverify", \.tlsVerify, "speak TLS and check the others' certificates")
        flags.duration("heartbeat", \.heartbeat, "how often files are read anew")
        flags.boolean("api-enable-cors", \.allowsOrigins, "let pages of other origins ask")
        flags.alias("cors", of: "api-enable-cors")
        flags.string("cluster-driver", \.driver, "swarm, which is all that there is")
        flags.alias("c", of: "cluster-driver")
        flags.strings("discovery-opt", \.discovery, "an option of the store, `NAME=VALUE`")
        flags.strings(
            "cluster-opt", \.cluster, "swarm.overcommit=0.05 or swarm.createretry=0, as `NAME=VALUE`")
        flags.duration("engine-refresh-min-interval", \.refreshMin, "how often engines are looked at in full, at least")
        flags.duration("engine-refresh-max-interval", \.refreshMax, "the same at most")
        flags.integer("engine-failure-retry", \.failureRetry, "failures after which an engine counts as unhealthy")
        flags.integer("engine-refresh-retry", \.refreshRetry, "of old: --engine-failure-retry")
        flags.boolean("refresh-on-node-filter", \.refreshesOnNodeFilter, "look at a node before it is listed by name")
        flags.string(
            "container-name-refresh-filter", \.refreshingName, "look at all engines before this `NAME` is listed")
        return flags
    }
}
