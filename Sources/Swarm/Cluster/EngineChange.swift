/// An engine that has come, was lost, or is back.
struct EngineChange: Sendable {
    /// What happened.
    var kind: EngineStanding.Change
    /// Where it is.
    var address: NodeAddress
    /// Its ID and name.
    var engineID: String
    var name: String
    /// What was on it, of one that was lost.
    ///
    /// One that has left the discovery is in the cluster no more, nor are its containers.
    var containers: [ClusterContainer] = []
    /// Whether it has left the discovery.
    var hasLeft = false
}
