/// One renderer of many watches, and the others take what it found.
public struct DeduplicationSettings: Sendable, Equatable {
    /// Whether it is done: on when any of the others is said.
    public var isEnabled = false
    /// The keys' prefix in the store.
    public var prefix = "consul-template/dedup/"
    /// How long a session outlives its holder.
    public var timeToLive = Duration.seconds(15)
    /// How old what is found may be.
    public var maximumStaleness = Duration.seconds(2)
    /// How long a query waits for a change.
    public var blockQueryWait = Duration.seconds(60)

    /// The defaults.
    public init() {}
}
