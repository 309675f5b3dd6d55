public import GoFlags

/// What `portico swarm list` is told.
public struct ListOptions: Sendable, Equatable {
    /// How long an answer of the store is waited for.
    public var timeout = Duration.seconds(10)
    /// `name=value`, of the store.
    public var discovery: [String] = []

    /// Nothing said.
    public init() {}

    /// The flags, classic Docker Swarm's.
    public static var flags: FlagSet<ListOptions> {
        var flags = FlagSet(name: "portico swarm list", defaults: ListOptions())
        flags.duration("timeout", \.timeout, "how long the store may take")
        flags.strings("discovery-opt", \.discovery, "an option of the store, `NAME=VALUE`")
        return flags
    }

    /// Checks what is said.
    ///
    /// - Throws: ``SwarmUsageError``.
    public func check() throws(SwarmUsageError) {
        guard timeout > .zero else { throw SwarmUsageError("--timeout should be a positive number") }
    }
}
