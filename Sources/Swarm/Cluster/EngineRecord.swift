/// What is known of one engine of the cluster, besides its containers' details.
struct EngineRecord: Sendable {
    /// Where it is, as discovery has it.
    let address: NodeAddress
    /// Its IP address; empty before it is resolved.
    var ip = ""
    /// How it stands.
    var standing: EngineStanding {
        didSet { if standing.condition != oldValue.condition { since = WallClock.seconds } }
    }
    /// Since when its condition is what it is, seconds since 1970.
    private(set) var since = WallClock.seconds
    /// What the scheduler goes by: ID, name, labels, what it has, what is on it and about to be.
    ///
    /// ID and name are empty before it was spoken with. Its health is ``EngineStanding/health``: ``ClusterState/candidates``
    /// puts it in.
    var node: Node
    /// Its images, networks and volumes.
    var holdings: EngineHoldings
    /// Containers that run, are paused, and have ended.
    var running = 0
    var paused = 0
    var stopped = 0
    /// Processors of the host, without overcommitment: shares are counted by these.
    var hostProcessors: Int64 = 0
    /// Octets of memory of the host, without overcommitment.
    var hostMemoryBytes: Int64 = 0
    /// The engine's release: `26.1.5`.
    var version = ""
    /// The newest version of the API that it speaks, `1.45`; empty before it was spoken with.
    var apiVersion = ""
    /// Seconds by which its clock is ahead of the manager's.
    var ahead = 0.0
    /// When it was last looked at, seconds since 1970; nil for never.
    var updated: Double?
    /// How it is shown; nil after a change, until somebody looks.
    var shown: ShownEngine?

    init(address: NodeAddress, failuresMax: Int) {
        self.address = address
        standing = EngineStanding(failuresMax: failuresMax)
        node = Node(id: "", name: "", address: address.description, health: 0, memoryBytes: 0, processors: 0)
        holdings = EngineHoldings(id: "", name: "", address: address.description)
    }

    /// The engine's ID, empty before it was spoken with.
    var id: String { node.id }

    /// The engine's name, empty before it was spoken with.
    var name: String { node.name }
}
