internal import DockerEngine

/// Builds: all that belongs to one is on one engine.
extension ClusterResponder {
    /// How long what belongs to a build waits for that build to come.
    private static let patience: Duration = .seconds(5)

    /// `POST /build`: on the engine that the scheduler chooses, which holds the image from then on.
    func build(_ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let wish = try BuildWish(request.path.query)
        let address: NodeAddress
        if let known = builds.engine(of: wish.names) {
            address = known
        } else if wish.isUpload {
            guard let known = await builds.engine(of: wish.names, within: Self.patience) else {
                throw RequestError(404, "No such build: \(wish.names.joined(separator: " "))")
            }
            address = known
        } else {
            try await creator.confirmLeadership()
            address = try creator.engine(for: wish.request).engine.address
        }
        builds.note(wish.names, at: address)
        let (engine, member) = try known(address)
        let query = wish.arguments.map { request.rawQuery(replacing: "buildargs", with: PercentEncoding.encode($0)) }
        return splice(
            request, to: member, speaking: engine.apiVersion, path: "/build", query: query,
            afterwards: { await member.refreshImages() })
    }

    /// `POST /build/cancel?id=`.
    func cancelBuild(_ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        guard let id = request.path.query["id"], !id.isEmpty else { throw RequestError(400, "build ID not provided") }
        guard let address = builds.engine(of: [id]) else { throw RequestError(404, "No such build: \(id)") }
        let (engine, member) = try known(address)
        return splice(request, to: member, speaking: engine.apiVersion, path: "/build/cancel")
    }

    /// `POST /session` and `/grpc`: upgrades to a conversation with the engine of the build.
    ///
    /// A client that has nothing but such conversations goes on with the engine that its first one was with.
    func buildSession(_ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let path = request.path.path
        let session = request.field("X-Docker-Expose-Session-Uuid") ?? ""
        guard path == "/grpc" || !session.isEmpty else { throw RequestError(400, "no session ID provided") }
        var address = session.isEmpty ? nil : builds.engine(of: [session])
        if address == nil {
            address = builds.common { place in cluster.read { $0.engines[place]?.standing.isAnswering } == true }
        }
        if address == nil, !session.isEmpty {
            address = await builds.engine(of: [session], within: Self.patience)
        }
        let chosen = if let address { address } else { try creator.anyEngine().engine.address }
        if path == "/grpc" { builds.note(common: chosen) }
        if !session.isEmpty { builds.note([session], at: chosen) }
        let (engine, member) = try known(chosen)
        return splice(request, to: member, speaking: engine.apiVersion, path: path)
    }

    private func known(_ address: NodeAddress) throws(RequestError) -> (engine: EngineRecord, member: MemberEngine) {
        guard let engine = cluster.read({ $0.engines[address] }), let member = cluster.member(address) else {
            throw RequestError(404, "the build's engine at \(address) has left the cluster")
        }
        guard engine.standing.isAnswering else {
            throw RequestError(500, "the build is on unhealthy node \(engine.name)")
        }
        return (engine, member)
    }
}
