internal import DockerEngine

/// Routes of networks.
extension ClusterResponder {
    /// How long engines may take to tell of a network; what is known of it is told in place of what they do not say.
    private static var inspectionDeadline: Duration { .seconds(5) }

    /// `GET /networks/{name}`: what its engine says of it now; of one that all share, with the containers of all.
    func network(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let holdings = holdings
        guard let found = NetworkList.find(name, holdings) else { throw RequestError(404, "No such network: \(name)") }
        let engines = reachable { engine in
            found.isLocal
                ? engine.id == found.engine.id : engine.holdings.networks.contains { $0["Id"].text == found.id }
        }
        let call = EngineCall(
            "GET", "/networks/\(found.id)", query: request.path.items.filter { $0.name == "verbose" },
            what: "inspect network \(name)", deadline: Self.inspectionDeadline,
            version: APIVersion(request.path.version))
        let outcomes = await broadcast(to: engines) { engine in
            try await document(engine.member, call)
        }
        let documents = outcomes.compactMap { try? $0.result.get() }.filter { $0["Id"].text == found.id }
        guard var network = documents.first else { return .answer(ManagerAnswer(json: found.network)) }
        for other in documents.dropFirst() {
            for member in other["Containers"].object?.members ?? [] {
                network["Containers"][member.name] = member.value
            }
        }
        return .answer(ManagerAnswer(json: network))
    }

    /// `POST /networks/create`: on the node that its name says, or one that is chosen.
    func createNetwork(_ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        var body = try await object(request)
        let name = body["Name"].text ?? ""
        guard !name.isEmpty else { throw RequestError(400, "a network has a Name") }
        let place: (engine: EngineRecord, member: MemberEngine)
        if let slash = name.firstIndex(of: "/") {
            place = try pinned(String(name[..<slash]))
            body["Name"] = .string(String(name[name.index(after: slash)...]))
        } else {
            guard !holdings.contains(where: { $0.networks.contains { $0["Name"].text == name } }) else {
                throw RequestError(409, "network with name \(name) already exists")
            }
            place = try creator.anyEngine()
        }
        let isOpen = (body["Driver"].text ?? "").isEmpty
        if isOpen { body["Driver"] = .string("overlay") }
        let document: JSONValue
        do {
            document = try await create(body, request, at: place.member)
        } catch {
            // Whoever named no driver has it on one engine where engines have no network that spans them.
            guard isOpen, error.status != 400, error.status != 409 else { throw error }
            body["Driver"] = .string("bridge")
            document = try await create(body, request, at: place.member)
        }
        await place.member.refreshNetworks()
        return .answer(ManagerAnswer(status: 201, json: document))
    }

    private func create(
        _ body: JSONValue, _ request: ManagerRequest, at member: MemberEngine
    ) async throws(RequestError) -> JSONValue {
        let call = EngineCall(
            "POST", "/networks/create", fields: [("Content-Type", "application/json")], body: body.octets,
            what: "create network \(body["Name"].text ?? "")", version: APIVersion(request.path.version))
        return try await document(member, call)
    }

    /// The engine that a name such as `node/name` begins with.
    func pinned(_ node: String) throws(RequestError) -> (engine: EngineRecord, member: MemberEngine) {
        guard let engine = cluster.read({ $0.engine(named: node) }), let member = cluster.member(engine.address) else {
            throw RequestError(404, "No such node: \(node)")
        }
        guard engine.standing.isAnswering else { throw RequestError(500, "Node \(node) does not answer") }
        return (engine, member)
    }

    /// `DELETE /networks/{name}`: by its engine; one that all share, by any that knows it.
    func removeNetwork(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        guard let found = NetworkList.find(name, holdings) else { throw RequestError(404, "No such network \(name)") }
        let member = try keeper(of: found).member
        _ = try await ask(
            member,
            EngineCall(
                "DELETE", "/networks/\(found.id)", what: "remove network \(name)",
                version: APIVersion(request.path.version)))
        await member.refreshNetworks()
        return .answer(ManagerAnswer(status: 204))
    }

    /// An engine that answers and can act upon a network.
    private func keeper(of found: NetworkList.Found) throws(RequestError) -> Reachable {
        let engines = reachable()
        if let own = engines.first(where: { $0.engine.id == found.engine.id }) { return own }
        guard !found.isLocal, let other = engines.first else {
            throw RequestError(500, "Node \(found.engine.name), which has the network, does not answer")
        }
        return other
    }

    /// `POST /networks/{name}/connect`.
    func connect(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        var body = try await containerBody(request)
        let wanted = body["Container"].text ?? ""
        let found = try locate(wanted)
        let network = try network(name, at: found.engine)
        body["Container"] = .string(found.container.id)
        return try await change(network, "connect", body, request, at: found.member, container: found.container.id)
    }

    /// `POST /networks/{name}/disconnect`: with `Force`, also where the container's engine does not answer.
    func disconnect(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        var body = try await containerBody(request)
        let wanted = body["Container"].text ?? ""
        let isForced = body["Force"].boolean == true
        do {
            let found = try locate(wanted)
            let network = try network(name, at: found.engine)
            body["Container"] = .string(found.container.id)
            return try await change(
                network, "disconnect", body, request, at: found.member, container: found.container.id)
        } catch {
            // An end that a lost engine has left behind is known by its name to all who share the network.
            guard isForced, let network = NetworkList.find(name, holdings), !network.isLocal else { throw error }
            if let known = cluster.read({ $0.container(wanted) }) {
                guard !known.engine.standing.isAnswering else { throw error }
                body["Container"] = .string(known.container.name)
            }
            let member = try keeper(of: network).member
            return try await change(network, "disconnect", body, request, at: member, container: nil)
        }
    }

    private func containerBody(_ request: ManagerRequest) async throws(RequestError) -> JSONValue {
        let body = try? await object(request)
        guard let body, body["Container"].text?.isEmpty == false else {
            throw RequestError(404, "Container is not specified")
        }
        return body
    }

    /// The network that a name means for a container: one of its own engine's first.
    private func network(_ name: String, at engine: EngineRecord) throws(RequestError) -> NetworkList.Found {
        guard let found = NetworkList.find(name, [engine.holdings]) ?? NetworkList.find(name, holdings) else {
            throw RequestError(404, "No such network: \(name)")
        }
        return found
    }

    private func change(
        _ network: NetworkList.Found, _ verb: String, _ body: JSONValue, _ request: ManagerRequest,
        at member: MemberEngine, container: String?
    ) async throws(RequestError) -> ManagerReply {
        let reply = try await ask(
            member,
            EngineCall(
                "POST", "/networks/\(network.id)/\(verb)", fields: [("Content-Type", "application/json")],
                body: body.octets, what: "\(verb) network \(network.network["Name"].text ?? "")",
                version: APIVersion(request.path.version)))
        await member.refreshNetworks()
        if let container { await member.refreshContainer(container) }
        return .answer(ManagerAnswer(status: reply.status))
    }
}
