internal import DockerEngine

/// Routes that make and remove volumes.
extension ClusterResponder {
    /// `POST /volumes/create`: on every engine, unless its name says which one, or a label says which ones.
    func createVolume(_ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        var body = try await object(request)
        let name = body["Name"].text ?? ""
        var engines = try allReachable()
        if let slash = name.firstIndex(of: "/") {
            let place = try pinned(String(name[..<slash]))
            engines = [Reachable(engine: place.engine, member: place.member)]
            body["Name"] = .string(String(name[name.index(after: slash)...]))
        } else if name.isEmpty {
            // All engines are to have one by the same name.
            body["Name"] = .string(SwarmLabel.newID())
        }
        let lists = SwarmLabel.Expressions.whitelist.read(from: body.texts(of: "Labels"))
        if !lists.isEmpty {
            let rules = PlacementFilter.whitelist.prepare(
                {
                    var wish = PlacementRequest()
                    wish.whitelists = lists
                    return wish
                }())
            engines = engines.filter { rules.passes($0.engine.node, true) }
            guard !engines.isEmpty else {
                throw RequestError(
                    500, "no node is among those that the volume may be on: \(lists.joined(separator: ", "))")
            }
        }
        let call = EngineCall(
            "POST", "/volumes/create", fields: [("Content-Type", "application/json")], body: body.octets,
            what: "create volume \(body["Name"].text ?? "")", version: APIVersion(request.path.version))
        let outcomes = await broadcast(to: engines) { engine in
            let document = try await document(engine.member, call)
            await engine.member.refreshVolumes()
            return document
        }
        return .answer(ManagerAnswer(status: 201, json: try answers(outcomes, call.what)[0].1))
    }

    /// `DELETE /volumes/{name}`: everywhere.
    func removeVolume(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let found = VolumeList.matches(name, holdings)
        guard !found.isEmpty else { throw RequestError(404, "No such volume \(name)") }
        let names = Dictionary(found.map { ($0.engine.id, $0.name) }) { first, _ in first }
        let engines = reachable { names[$0.id] != nil }
        guard !engines.isEmpty else {
            throw RequestError(
                500,
                "Volume \(name) is only on nodes that do not answer: "
                    + found.map(\.engine.name).joined(separator: ", "))
        }
        let outcomes = await broadcast(to: engines) { engine in
            let call = EngineCall(
                "DELETE", "/volumes/\(PercentEncoding.encode(names[engine.engine.id] ?? ""))",
                query: request.path.items, what: "remove volume \(name)", version: APIVersion(request.path.version))
            do throws(RequestError) {
                _ = try await ask(engine.member, call)
            } catch {
                // One that engines share has gone with the first.
                guard error.status == 404 else { throw error }
            }
            await engine.member.refreshVolumes()
        }
        if let failures = Self.failures(of: outcomes) { throw failures }
        return .answer(ManagerAnswer(status: 204))
    }
}
