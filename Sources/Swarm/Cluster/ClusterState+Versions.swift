internal import DockerEngine

extension ClusterState {
    /// The version of the API that clients of the whole cluster may speak: the newest that all engines know that answer.
    ///
    /// Classic Docker Swarm's 1.40 while there are none.
    var apiVersion: APIVersion {
        let spoken = engines.values.filter { $0.standing.isAnswering }.compactMap { APIVersion($0.apiVersion) }
        return spoken.min().map { min($0, .newest) } ?? APIVersion(1, 40)
    }
}
