internal import DockerEngine

/// Routes of one container: it is found in what is known, and its engine does what is asked.
extension ClusterResponder {
    /// `GET /containers/{name}/json`: the engine's answer of now, with the node, and addresses that hold outside of its host.
    func inspect(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let found = try locate(name) { "No such container \($0)" }
        let reply = try await ask(
            found.member,
            EngineCall(
                "GET", "/containers/\(found.container.id)/json",
                query: request.isOn("size") ? [("size", "1")] : [], what: "inspect \(name)",
                version: APIVersion(request.path.version)))
        guard var document = try? JSONValue(parsing: reply.body), document.object != nil else {
            throw RequestError(500, "inspect \(name): not an engine's JSON")
        }
        document["Node"] = found.engine.inspection
        document["NetworkSettings"]["Ports"] = Self.placed(
            document["NetworkSettings"]["Ports"], at: found.engine.shownAddress)
        return .answer(ManagerAnswer(json: document))
    }

    /// Ports of an inspection; what is bound at all addresses is at the node's.
    private static func placed(_ ports: JSONValue, at address: String) -> JSONValue {
        guard let members = ports.object?.members else { return ports }
        return .object(
            JSONObject(
                members.map { member in
                    guard let bindings = member.value.object == nil ? member.value.elements : nil,
                        member.value != .null
                    else { return (member.name, member.value) }
                    return (
                        member.name,
                        .array(
                            bindings.map { binding in
                                guard ["", "0.0.0.0", "::"].contains(binding["HostIp"].text ?? "") else {
                                    return binding
                                }
                                var binding = binding
                                binding["HostIp"] = .string(address)
                                return binding
                            })
                    )
                }))
    }

    /// `DELETE /containers/{name}`: gone from what is known as soon as the engine says so.
    func remove(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        if let service = cluster.read({ $0.container(name)?.container.service }) {
            return try await removeService(service, request)
        }
        try await removeOne(name, named: name, request)
        return .answer(ManagerAnswer(status: 204))
    }

    /// Removes one container, as the request wants it to be.
    func removeOne(_ text: String, named name: String, _ request: ManagerRequest) async throws(RequestError) {
        let found = try locate(text) { _ in "Container \(name) not found" }
        let id = found.container.id
        do {
            _ = try await ask(
                found.member,
                EngineCall(
                    "DELETE", "/containers/\(id)", query: request.path.items, what: "remove \(name)",
                    deadline: Self.changeDeadline))
        } catch {
            guard error.status == 404 else { throw error }
            cluster.change { $0.bury(id: id) }
            throw RequestError(404, "Container \(name) not found")
        }
        cluster.change { $0.bury(id: id) }
    }

    /// `POST /containers/{name}/start`: what very old clients send along is left out, as engines refuse it today.
    func start(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let found = try locate(name) { "No such container \($0)" }
        if let service = found.container.service {
            return try await everyInstance(of: service) {
                EngineCall(
                    "POST", "/containers/\($0.id)/start", what: "start \($0.name)", deadline: Self.changeDeadline)
            }
        }
        let call = EngineCall(
            "POST", "/containers/\(found.container.id)/start", query: request.path.items, what: "start \(name)",
            deadline: Self.changeDeadline)
        let reply: EngineReply
        do {
            reply = try await found.member.exchange(call)
        } catch {
            throw RequestError(error, engine: found.member.address)
        }
        await found.member.refreshContainer(found.container.id)
        // It runs already.
        if reply.status == 304 { return .answer(ManagerAnswer(status: 304)) }
        guard reply.isSuccess else { throw RequestError(reply) }
        return .answer(ManagerAnswer(status: 204))
    }

    /// `POST /containers/{name}/rename`: the name must be free in the whole cluster.
    func rename(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let found = try locate(name)
        let wanted = request.path.query["name"] ?? ""
        let bare = wanted.hasPrefix("/") ? String(wanted.dropFirst()) : wanted
        let id = found.container.id
        guard !bare.isEmpty else { throw RequestError(400, "Neither old nor new names may be empty") }
        let isFree = cluster.change { state in
            guard !state.isTaken(bare) else { return false }
            state.hold(name: bare, for: id)
            return true
        }
        guard isFree else { throw .nameTaken(bare) }
        defer { cluster.change { $0.giveUp(name: bare, of: id) } }
        _ = try await ask(
            found.member,
            EngineCall("POST", "/containers/\(id)/rename", query: [("name", wanted)], what: "rename \(name)"))
        await found.member.refreshContainer(id)
        return .answer(ManagerAnswer(status: 204))
    }

    /// `kill`, `stop`, `wait` and the like: the engine's answer as it comes, and the container looked at anew before it ends.
    func act(_ name: String, _ verb: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let found = try locate(name)
        if let service = found.container.service, name == found.container.name, Self.serviceVerbs.contains(verb) {
            return try await everyInstance(of: service) {
                EngineCall(
                    "POST", "/containers/\($0.id)/\(verb)", query: request.path.items, what: "\(verb) \($0.name)",
                    deadline: .seconds(600))
            }
        }
        let (member, id) = (found.member, found.container.id)
        return splice(
            request, to: member, speaking: found.engine.apiVersion, path: "/containers/\(id)/\(verb)",
            headDeadline: Self.headDeadline(verb), afterwards: { await member.refreshContainer(id) })
    }

    /// `logs`, `attach`, `archive` and the like: both ways, for as long as it lasts.
    func stream(_ name: String, _ what: String, _ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let found = try locate(name)
        return splice(
            request, to: found.member, speaking: found.engine.apiVersion,
            path: "/containers/\(found.container.id)/\(what)",
            headDeadline: request.method == "GET" || request.method == "HEAD" ? Self.headDeadline(what) : nil)
    }

    /// How long an engine may take until its answer begins, so that one that hangs does not hold its clients for ever.
    private static func headDeadline(_ what: String) -> Duration? {
        switch what {
        // Until the container has ended.
        case "wait": nil
        // Containers may have been given long to end in.
        case "stop", "restart": .seconds(900)
        default: changeDeadline
        }
    }

    /// `POST /commit`: on the container's engine, which holds the image from then on.
    func commit(_ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let found = try locate(request.path.query["container"] ?? "")
        let member = found.member
        return splice(
            request, to: member, speaking: found.engine.apiVersion, path: "/commit",
            query: request.rawQuery(replacing: "container", with: found.container.id),
            afterwards: { await member.refreshImages() })
    }

    /// How long an engine may take to start or remove a container: it unpacks, mounts, kills and unmounts meanwhile.
    static let changeDeadline: Duration = .seconds(120)
}

extension RequestError {
    /// A container has the name already, in Docker Swarm's words.
    static func nameTaken(_ name: String) -> RequestError {
        RequestError(
            409,
            "Conflict: The name \(name) is already assigned. You have to delete (or rename) that container to be able to "
                + "assign \(name) to a container again.")
    }
}

extension EngineRecord {
    /// Where its ports are reached: its IP address, or its name where that is not known.
    var shownAddress: String { ip.isEmpty ? address.host : ip }

    /// The `Node` of an inspection.
    fileprivate var inspection: JSONValue {
        .object(
            JSONObject([
                ("ID", .string("\(id)|\(address)")), ("IP", .string(shownAddress)),
                ("Addr", .string(address.description)), ("Name", .string(name)), ("Cpus", .integer(hostProcessors)),
                ("Memory", .integer(hostMemoryBytes)), ("Labels", .strings(node.labels)),
            ]))
    }
}
