internal import GoFlags

/// What `portico swarm node` and `rebalance` are told.
public struct NodeOptions: Sendable, Equatable {
    /// `--host`, the manager; empty: `DOCKER_HOST`.
    public var host = ""
    /// Whether JSON is printed, and not a table.
    public var printsJSON = false
    /// `--policy`, which containers a drain moves.
    public var policy = ""
    /// `--dry-run`: a rebalancing is only told.
    public var isDry = false

    /// Nothing said.
    public init() {}

    /// The flags of `portico swarm COMMAND`.
    static func flags(_ command: String) -> FlagSet<NodeOptions> {
        var flags = FlagSet(name: "portico swarm \(command)", defaults: NodeOptions())
        flags.string("host", \.host, "the manager, `tcp://HOST:PORT` or unix://PATH [$DOCKER_HOST]")
        flags.alias("H", of: "host")
        flags.boolean("json", \.printsJSON, "print JSON")
        if command == "rebalance" {
            flags.boolean("dry-run", \.isDry, "only tell what would move")
        } else {
            flags.string(
                "policy", \.policy,
                "what a drain moves: `on-node-failure`, the containers with that policy, or all (default on-node-failure)"
            )
        }
        return flags
    }
}

/// What is asked of a manager about its nodes.
public enum NodeAction: Sendable, Equatable {
    /// Which there are.
    case list
    /// All that is known of one.
    case inspect(String)
    /// Its containers go elsewhere, and it gets no new ones.
    case drain(String)
    /// It gets containers again.
    case activate(String)
    /// Containers move to where there is more room.
    case rebalance
}
