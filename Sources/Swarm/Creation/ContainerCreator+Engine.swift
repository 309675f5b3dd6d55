internal import DockerEngine

extension ContainerCreator {
    /// How long an engine may take to make a container.
    private static let creationDeadline: Duration = .seconds(120)
    /// How long an engine may take to get an image: some GiB from afar.
    private static let pullDeadline: Duration = .seconds(1_800)

    /// One try: a node is chosen, and its engine makes the container, of an image that it gets first if it has to.
    func attempt(_ wish: CreationWish) async throws(CreationFailure) -> CreatedContainer {
        let place = try reserve(wish)
        defer { giveUp(place) }
        var reply = try await ask(place.member, creation(wish, at: place))
        if CreationFailure.isForImage(reply) {
            try await pull(wish, at: place.member)
            reply = try await ask(place.member, creation(wish, at: place))
        }
        guard reply.isSuccess else { throw CreationFailure(reply) }
        guard let document = try? JSONValue(parsing: reply.body), let id = document["Id"].text, !id.isEmpty else {
            throw CreationFailure(RequestError(500, "\(place.engine.name) made a container and did not name it"))
        }
        // The place is held until the container itself is known.
        await place.member.refreshContainer(id)
        return CreatedContainer(id: id, address: place.engine.address, warnings: document["Warnings"].texts)
    }

    private func creation(_ wish: CreationWish, at place: Place) -> EngineCall {
        EngineCall(
            "POST", "/containers/create", query: wish.query + (wish.name.isEmpty ? [] : [("name", wish.name)]),
            fields: wish.registryFields + [("Content-Type", "application/json")],
            body: wish.creation.body(processors: place.engine.hostProcessors), what: "create \(wish.name)",
            deadline: Self.creationDeadline, version: wish.version)
    }

    private func ask(_ member: MemberEngine, _ call: EngineCall) async throws(CreationFailure) -> EngineReply {
        do {
            return try await member.exchange(call)
        } catch {
            throw CreationFailure(error, engine: member.address)
        }
    }

    /// Has an engine get the image of a container.
    private func pull(_ wish: CreationWish, at member: MemberEngine) async throws(CreationFailure) {
        let (repository, tag) = NodeImage.parts(of: wish.creation.image)
        let reply = try await ask(
            member,
            EngineCall(
                "POST", "/images/create",
                query: [("fromImage", repository), ("tag", tag)] + wish.query.filter { $0.name == "platform" },
                fields: wish.registryFields, what: "pull \(wish.creation.image)", deadline: Self.pullDeadline))
        guard reply.isSuccess else { throw CreationFailure(pulling: RequestError(reply).message) }
        // Lines of JSON, one for each step; what went wrong is in one of them.
        for line in reply.body.split(separator: UInt8(ascii: "\n")) {
            guard line.contains(UInt8(ascii: "{")), let step = try? JSONValue(parsing: Array(line)),
                let message = step["error"].text
            else { continue }
            throw CreationFailure(pulling: message)
        }
        await member.refreshImages()
    }
}
