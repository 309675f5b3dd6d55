internal import DockerEngine
internal import Logging

/// Services that have an instance on every node: `com.docker.swarm.global=NAME`.
extension ContainerCreator {
    /// Makes an instance of a service on every node that would take one.
    ///
    /// Instances have the service's settings and name, and each an ID of its own that stays with it.
    ///
    /// - Returns: one of them, with what went wrong on other nodes.
    /// - Throws: ``RequestError`` if there is such a service, or none of its instances could be made.
    func createEverywhere(_ wish: CreationWish, service: String) async throws(RequestError) -> CreatedContainer {
        try await confirmLeadership()
        guard wish.creation.body["HostConfig"]["AutoRemove"].boolean != true else {
            throw RequestError(400, "an instance of \(service), which is on every node, cannot be removed when it ends")
        }
        let wish = await prepared(wish)
        let holder = wish.creation.swarmID
        let isFree = cluster.change { state in
            guard state.directory.instances[service] == nil, wish.name.isEmpty || !state.isTaken(wish.name) else {
                return false
            }
            if !wish.name.isEmpty { state.hold(name: wish.name, for: holder) }
            return true
        }
        guard isFree else { throw .nameTaken(wish.name.isEmpty ? service : wish.name) }
        defer { cluster.change { $0.giveUp(name: wish.name, of: holder) } }
        let (nodes, addresses) = cluster.read { ($0.candidates, $0.addressByID) }
        let takers = nodes.filter { $0.health > 0 && scheduler.allows(wish.creation.request, on: $0) }
        guard !takers.isEmpty else {
            do {
                _ = try rank(wish.creation.request, nodes)
            } catch {
                throw error.error
            }
            throw RequestError(500, PlacementError.noHealthyNode.description)
        }
        let outcomes = await withTaskGroup(of: (String, Result<CreatedContainer, CreationFailure>).self) { group in
            for node in takers {
                guard let address = addresses[node.id] else { continue }
                group.addTask { (node.name, await self.createInstance(wish, at: address)) }
            }
            var outcomes: [(node: String, result: Result<CreatedContainer, CreationFailure>)] = []
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { NaturalOrder.compare($0.node, $1.node) < 0 }
        }
        var created: CreatedContainer?
        var failures: [(node: String, error: RequestError)] = []
        for outcome in outcomes {
            switch outcome.result {
            case .success(let container): created = created ?? container
            case .failure(let failure): failures.append((outcome.node, failure.error))
            }
        }
        guard var created else { throw failures.first?.error ?? RequestError(500, "no node took \(service)") }
        created.warnings += failures.map { "\($0.node): \($0.error.message)" }
        return created
    }

    /// Makes an instance of a service on one node.
    func createInstance(
        _ wish: CreationWish, at address: NodeAddress
    ) async -> Result<CreatedContainer, CreationFailure> {
        var instance = wish
        instance.creation.renew(swarmID: SwarmLabel.newID())
        instance.only = [address]
        do throws(CreationFailure) {
            return .success(try await attempt(instance))
        } catch {
            return .failure(error)
        }
    }
}
