public import GoFlags

/// What `portico swarm join` and `list` are told.
public struct JoinOptions: Sendable, Equatable {
    /// `--advertise`, where the engine is reached.
    public var advertise = ""
    /// How often the entry is renewed.
    public var heartbeat = Duration.seconds(60)
    /// How long it lives without being renewed.
    public var timeToLive = Duration.seconds(180)
    /// The first entry is written after a wait of up to this.
    public var delay = Duration.zero
    /// `name=value`, of the store.
    public var discovery: [String] = []

    /// Nothing said.
    public init() {}

    /// The flags, classic Docker Swarm's.
    public static var flags: FlagSet<JoinOptions> {
        var flags = FlagSet(name: "portico swarm join", defaults: JoinOptions())
        flags.string(
            "advertise", \.advertise, "where the engine is reached by managers, `HOST:PORT` [$SWARM_ADVERTISE]")
        flags.alias("addr", of: "advertise")
        flags.duration("heartbeat", \.heartbeat, "how often the entry is renewed")
        flags.duration("ttl", \.timeToLive, "how long the entry lives without being renewed")
        flags.duration("delay", \.delay, "wait at random up to this before the first entry")
        flags.strings("discovery-opt", \.discovery, "an option of the store, `NAME=VALUE`")
        return flags
    }

    /// Checks what is said; returns where the engine is.
    ///
    /// - Throws: ``SwarmUsageError``.
    public func checked() throws(SwarmUsageError) -> NodeAddress {
        guard !advertise.isEmpty else { throw SwarmUsageError("missing mandatory --advertise flag") }
        guard let address = NodeAddress(advertise) else {
            throw SwarmUsageError("--advertise should be of the form ip:port or hostname:port")
        }
        guard heartbeat >= .seconds(1) else {
            throw SwarmUsageError("--heartbeat should be at least one second")
        }
        guard timeToLive > heartbeat else {
            throw SwarmUsageError("--ttl must be strictly superior to the heartbeat value")
        }
        guard delay >= .zero else { throw SwarmUsageError("--delay should not be a negative number") }
        return address
    }
}
