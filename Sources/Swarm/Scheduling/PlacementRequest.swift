/// What a container that is to be created asks of its node.
public struct PlacementRequest: Sendable, Equatable {
    /// Octets of memory, 0 for none in particular.
    public var memoryBytes: Int64 = 0
    /// Processors, 0 for none in particular.
    public var processors: Int64 = 0
    /// Ports of the host that it is to have; those that the engine chooses are not among them.
    public var hostPorts: [NodeContainer.HostPort] = []
    /// Ports that it listens at in the host's own network, `80/tcp`.
    public var exposedHostPorts: [String] = []
    /// Containers whose volumes it uses, as they were written: `data:ro`.
    public var volumesFrom: [String] = []
    /// Links, as they were written: `db:alias`.
    public var links: [String] = []
    /// The container whose network it shares.
    public var networkContainer: String?
    /// Expressions over containers, images and labels of containers.
    public var affinities: [String] = []
    /// Expressions over nodes and their labels.
    public var constraints: [String] = []
    /// Names of nodes, several to an expression: `node==n1|n2`.
    public var whitelists: [String] = []

    /// One that asks for nothing.
    public init() {}
}
