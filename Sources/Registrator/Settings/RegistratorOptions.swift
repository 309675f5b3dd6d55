/// What the command line of `portico registrator` says, before what follows from it.
public struct RegistratorOptions: Sendable, Equatable {
    /// `-ip`: the address of every published service; empty for the host's own.
    public var address = ""
    /// `-internal`: a container's address and exposed port, not the host's.
    public var isInternal = false
    /// `-explicit`: only what sets a name.
    public var isExplicit = false
    /// `-explicit-label`: only containers with the label `portico.enable=true`, or Traefik's.
    public var isOptIn = false
    /// `-useIpFromLabel`: the label with the address.
    public var addressLabel = ""
    /// `-ttl`, in seconds; nil for what the layout has.
    public var timeToLive: Int?
    /// `-ttl-refresh`, in seconds; nil for a third of the TTL.
    public var refresh: Int?
    /// `-tags`.
    public var tags = ""
    /// `-resync`, in seconds; 0: never; nil for what the layout has.
    public var resync: Int?
    /// `-deregister`.
    public var deregister = "always"
    /// `-cleanup`: what is always done.
    public var cleansUp = false
    /// `-retry-attempts`; -1: for ever; nil for what the layout has.
    public var retryAttempts: Int?
    /// `-retry-interval`, in milliseconds.
    public var retryInterval = 2000
    /// `-hostname`: the host's name in IDs; empty for the system's.
    public var hostname = ""
    /// `-compat`: gliderlabs' names and values.
    public var isCompatible = false
    /// `-network`: the network whose addresses are told; empty for any.
    public var network = ""
    /// `-prefer`: `ipv4` or `ipv6`.
    public var preference = "ipv4"
    /// `-drain`: how long an entry stays, marked, when its container begins to stop.
    public var drain: Duration = .zero
    /// `-ignore-health`: health checks decide nothing.
    public var ignoresHealth = false
    /// `-keep`: entries stay when the registrator ends.
    public var keepsEntries = false
    /// `-prefix`: the keys' beginning for registries that say none.
    public var prefix = "services"
    /// `-docker-host`: the engine's address; empty for the environment's.
    public var dockerHost = ""
    /// `-log-level`.
    public var logLevel = "info"
    /// `-version`.
    public var showsVersion = false

    /// What holds when nothing is said.
    public init() {}
}
