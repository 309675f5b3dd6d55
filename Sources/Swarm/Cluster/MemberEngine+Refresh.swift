internal import DockerEngine
internal import Synchronization

/// What is on the engine, looked at anew.
extension MemberEngine {
    /// An engine's answer, and when that was: the middle of the call, seconds since 1970.
    struct Told: Sendable {
        var document: JSONValue
        var octets: [UInt8]
        var middle: Double
    }

    /// What the engine answers to a question of the cluster's own; not counted among the calls of clients.
    func ask(
        _ path: String, query: [(name: String, value: String)] = [], what: String, deadline: Duration? = nil
    ) async throws(DockerError) -> Told {
        let start = WallClock.seconds
        let octets = try await answer(path, query: query, what: what, deadline: deadline)
        let middle = (start + WallClock.seconds) / 2
        return Told(document: try parse(octets, what), octets: octets, middle: middle)
    }

    private func answer(
        _ path: String, query: [(name: String, value: String)] = [], what: String, deadline: Duration? = nil
    ) async throws(DockerError) -> [UInt8] {
        let reply = try await client.exchange(EngineCall("GET", path, query: query, what: what, deadline: deadline))
        guard reply.isSuccess else {
            let words = (try? JSONValue(parsing: reply.body))?["message"].text
            throw DockerError(
                .refused, status: reply.status, message: words,
                "docker: \(what): \(client.address): HTTP \(reply.status)\(words.map { ": \($0)" } ?? "")")
        }
        return reply.body
    }

    func parse(_ octets: [UInt8], _ what: String) throws(DockerError) -> JSONValue {
        do {
            return try JSONValue(parsing: octets)
        } catch {
            throw DockerError(.garbled, "docker: \(what): \(client.address): not an engine's JSON: \(error)")
        }
    }

    /// Looks at everything on the engine.
    ///
    /// - Parameter isStrict: whether containers are looked at, too, that may have ended and begun again unseen.
    func refreshAll(isStrict: Bool = false) async throws(DockerError) {
        try await listContainers(isStrict: isStrict)
        try await listVolumes()
        try await listNetworks()
        try await listImages()
        cluster.change { state in
            _ = state.updateEngine(address) { $0.updated = WallClock.seconds }
        }
    }

    /// Looks at one container anew: after it was acted upon.
    func refreshContainer(_ id: String) async {
        await glance(at: [id])
    }

    /// Looks at its containers anew.
    func refreshContainers() async { await quietly { try await self.listContainers() } }

    /// Looks at its images anew.
    func refreshImages() async { await quietly { try await self.listImages() } }

    /// Looks at its networks anew.
    func refreshNetworks() async { await quietly { try await self.listNetworks() } }

    /// Looks at its volumes anew.
    func refreshVolumes() async { await quietly { try await self.listVolumes() } }

    /// A look that fails is made up for by the next; whether the engine is there, a ping tells.
    func quietly(_ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            doubt.ring()
        }
    }

    // MARK: Holdings

    private func listImages() async throws(DockerError) {
        guard let rows = try await changed("/images/json", what: "list images") else { return }
        let images = rows.elements ?? []
        let known = images.map { NodeImage(id: $0["Id"].text ?? "", tags: $0["RepoTags"].texts) }
        cluster.change { state in
            _ = state.updateEngine(address) { engine in
                engine.holdings.images = images
                engine.node.images = known
            }
        }
    }

    private func listNetworks() async throws(DockerError) {
        guard let rows = try await changed("/networks", what: "list networks") else { return }
        cluster.change { state in
            _ = state.updateEngine(address) { $0.holdings.networks = rows.elements ?? [] }
        }
    }

    private func listVolumes() async throws(DockerError) {
        guard let answer = try await changed("/volumes", what: "list volumes") else { return }
        cluster.change { state in
            _ = state.updateEngine(address) { $0.holdings.volumes = answer["Volumes"].elements ?? [] }
        }
    }

    /// What the engine lists; nil if it listed the same the last time.
    private func changed(_ path: String, what: String) async throws(DockerError) -> JSONValue? {
        let octets = try await answer(path, what: what)
        let mark = octets.hashValue
        guard listMarks.withLock({ $0[path] }) != mark else { return nil }
        let document = try parse(octets, what)
        listMarks.withLock { $0[path] = mark }
        return document
    }
}
