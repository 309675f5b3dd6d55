internal import DockerEngine

/// Commands that run in a container besides its own.
extension ClusterResponder {
    /// The largest body of a small request.
    static let bodyLimit = 4 << 20

    /// `POST /containers/{name}/exec`: its ID leads to the engine from then on.
    func createExec(_ name: String, _ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let body = try await request.body.collect(upTo: Self.bodyLimit)
        let document: JSONValue
        do {
            document = try JSONValue(parsing: body)
        } catch {
            throw RequestError(400, "\(error)")
        }
        guard document["Cmd"].text != nil || !document["Cmd"].texts.isEmpty else {
            throw RequestError(400, "No exec command specified")
        }
        let found = try locate(name) { "No such container \($0)" }
        let reply = try await ask(
            found.member,
            EngineCall(
                "POST", "/containers/\(found.container.id)/exec", fields: [("Content-Type", "application/json")],
                body: body, what: "create an exec in \(name)", version: APIVersion(request.path.version)))
        guard let id = (try? JSONValue(parsing: reply.body))?["Id"].text else {
            throw RequestError(500, "create an exec in \(name): the engine named none")
        }
        execs.note(id, engine: found.member.address)
        cluster.change { state in
            state.update(id: found.container.id) { $0.execIDs.insert(id) }
        }
        return .answer(ManagerAnswer(status: 201, json: .object(JSONObject([("Id", .string(id))]))))
    }

    /// `start`, `json` and `resize` of an exec: on the engine that it is known to be on, whatever its health.
    func exec(_ id: String, _ verb: String, _ request: ManagerRequest) throws(RequestError) -> ManagerReply {
        let address =
            execs.engine(of: id)
            ?? cluster.read { state -> NodeAddress? in
                state.directory.containers.values.first { $0.execIDs.contains(id) }.flatMap {
                    state.addressByID[$0.engineID]
                }
            }
        guard let address, let member = cluster.member(address),
            let version = cluster.read({ $0.engines[address]?.apiVersion })
        else { throw RequestError(404, "Exec \(id) not found") }
        return splice(
            request, to: member, speaking: version, path: "/exec/\(id)/\(verb)", headDeadline: Self.changeDeadline)
    }
}
