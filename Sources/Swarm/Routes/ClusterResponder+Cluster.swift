extension ClusterResponder {
    /// Routes that are not about one container.
    func replyForAll(
        _ route: ManagerRoute, _ request: ManagerRequest
    ) async throws(RequestError) -> ManagerReply {
        switch route {
        case .ping: ping(request)
        case .version: version()
        case .info: info()
        case .events: try events(request)
        case .nodes: nodes()
        case .node(let name): try node(name)
        case .notOfClusters(let what): throw Self.notOfClusters(what)
        case .containers: try await listContainers(request)
        case .images: try listImages(request)
        case .networks: try listNetworks(request)
        case .volumes: try listVolumes(request)
        case .network(let name): try await network(name, request)
        case .volume(let name): try volume(name)
        case .diskUsage: try await diskUsage(request)
        case .prune(let kind): try await prune(kind, request)
        case .imageOf(let name, let what): try imageOf(name, what, request)
        case .pushImage(let name): try pushImage(name, request)
        case .tagImage(let name): try await tagImage(name, request)
        case .removeImage(let name): try await removeImage(name, request)
        case .saveImages: try saveImages(request)
        case .pullImage: try createImage(request)
        case .loadImages: try loadImages(request)
        case .anyEngine: try anyEngine(request)
        case .createNetwork: try await createNetwork(request)
        case .removeNetwork(let name): try await removeNetwork(name, request)
        case .connect(let name): try await connect(name, request)
        case .disconnect(let name): try await disconnect(name, request)
        case .createVolume: try await createVolume(request)
        case .removeVolume(let name): try await removeVolume(name, request)
        default: throw RequestError(404, "page not found")
        }
    }
}
