internal import DockerEngine
internal import Logging

/// One engine of the cluster: its client, and who keeps the cluster's knowledge of it true.
final class MemberEngine: Sendable {
    /// Where it is.
    let address: NodeAddress
    /// Who speaks with it.
    let client: DockerEngine
    private unowned let cluster: Cluster

    init(_ address: NodeAddress, client: DockerEngine, cluster: Cluster) {
        self.address = address
        self.client = client
        self.cluster = cluster
    }

    /// What the engine answers to a call, whatever its status; its standing takes note of whether it answers at all.
    ///
    /// Not more than ``ClusterSettings/callsMax`` are under way at once.
    func exchange(_ call: EngineCall) async throws(DockerError) -> EngineReply {
        try await client.exchange(call)
    }

    /// Looks at one container anew: after it was acted upon.
    func refreshContainer(_ id: String) async {}

    /// Looks at its containers, images, networks or volumes anew.
    func refreshContainers() async {}
    func refreshImages() async {}
    func refreshNetworks() async {}
    func refreshVolumes() async {}
}
