internal import DockerEngine

extension ClusterResponder {
    /// `POST /containers/create`: on the node that the scheduler chooses.
    func create(_ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let octets = try await request.body.collect(upTo: Self.bodyLimit)
        let body: JSONValue
        do {
            body = try JSONValue(parsing: octets)
        } catch {
            throw RequestError(400, "\(error)")
        }
        guard let members = body.object?.members, !members.isEmpty else {
            throw RequestError(400, "the body is no container's configuration: a JSON object with an Image")
        }
        let creation: ContainerCreation
        do {
            creation = try ContainerCreation(body: body, swarmID: SwarmLabel.newID())
        } catch {
            throw RequestError(500, error.description)
        }
        let name = request.path.query["name"] ?? ""
        var wish = CreationWish(creation, name: name.hasPrefix("/") ? String(name.dropFirst()) : name)
        wish.query = request.path.items.filter { $0.name != "name" }
        wish.version = APIVersion(request.path.version)
        wish.credentials = request.field("X-Registry-Auth")
        let created =
            if let service = wish.service {
                try await creator.createEverywhere(wish, service: service)
            } else {
                try await creator.create(wish)
            }
        return .answer(
            ManagerAnswer(
                status: 201,
                json: .object(
                    JSONObject([("Id", .string(created.id)), ("Warnings", .strings(created.warnings))]))))
    }
}
