internal import DockerEngine

/// Answers requests from what is known of the cluster, and by its engines.
///
/// A file of extensions a group of routes; what each answers is the table of ``ManagerRoute``.
struct ClusterResponder: ManagerResponder {
    /// What is known.
    let cluster: Cluster
    /// Who places containers.
    let creator: ContainerCreator
    /// Who keeps them where they should be; to run while this manager is the primary.
    let rescheduler: Rescheduler
    /// What the manager tells of itself.
    var face = ManagerFace()
    /// Where execs are.
    let execs = ExecDirectory()
    /// Where builds are.
    let builds = BuildDirectory()

    /// - Parameters:
    ///   - maintenance: where it is kept which engines are drained.
    init(creator: ContainerCreator, maintenance: any MaintenanceStore) {
        cluster = creator.cluster
        self.creator = creator
        rescheduler = Rescheduler(mover: ContainerMover(creator: creator), maintenance: maintenance)
    }

    /// What is done about a request.
    func reply(to request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        guard let route = ManagerRoute(method: request.method, path: request.path.path) else {
            throw RequestError(404, "page not found")
        }
        switch route {
        case .create: return try await create(request)
        case .inspect(let name): return try await inspect(name, request)
        case .remove(let name): return try await remove(name, request)
        case .start(let name): return try await start(name, request)
        case .rename(let name): return try await rename(name, request)
        case .act(let name, let verb): return try await act(name, verb, request)
        case .stream(let name, let what): return try stream(name, what, request)
        case .createExec(let name): return try await createExec(name, request)
        case .startExec(let id): return try exec(id, "start", request)
        case .inspectExec(let id): return try exec(id, "json", request)
        case .resizeExec(let id): return try exec(id, "resize", request)
        case .commit: return try commit(request)
        case .nodeDrain(let name, let isDrained): return try await drain(name, isDrained, request)
        case .rebalance: return try await rebalance(request)
        case .notSupported: throw RequestError(501, "Not supported in clustering mode.")
        case .build: return try await build(request)
        case .cancelBuild: return try cancelBuild(request)
        case .buildSession: return try await buildSession(request)
        case .ping, .version, .info, .events, .nodes, .node, .notOfClusters, .containers, .images, .networks, .volumes,
            .network, .volume, .diskUsage, .prune, .imageOf, .pushImage, .tagImage, .removeImage, .saveImages,
            .pullImage,
            .loadImages, .anyEngine, .createNetwork, .createVolume, .connect, .disconnect, .removeNetwork,
            .removeVolume:
            return try await replyForAll(route, request)
        }
    }
}
