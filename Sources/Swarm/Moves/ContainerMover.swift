internal import DockerEngine
internal import Logging
internal import Synchronization

/// Makes containers anew on other nodes, with their names, settings and networks, and ends those in whose places they are.
final class ContainerMover: Sendable {
    let creator: ContainerCreator
    /// IDs that stay with the containers that are being moved.
    private let underWay = Mutex<Set<String>>([])

    private var cluster: Cluster { creator.cluster }

    init(creator: ContainerCreator) {
        self.creator = creator
    }

    /// Whether a container is being moved: who moves it ends the old one, in its own time.
    func isMoving(_ container: ClusterContainer) -> Bool {
        underWay.withLock { $0.contains(Self.key(container)) }
    }

    private static func key(_ container: ClusterContainer) -> String {
        container.placement.swarmID.isEmpty ? container.id : container.placement.swarmID
    }

    /// A container that is in another's place now.
    struct Moved: Sendable, Equatable {
        /// Its ID.
        var id: String
        /// The engine that it is on.
        var address: NodeAddress
        /// What did not go as it should have, though it is there.
        var complaints: [String] = []
    }

    /// Moves a container off an engine.
    ///
    /// It is started if the old one ran, before that one is ended; that the old one's engine cannot be reached is no matter if
    /// it is lost. If the new one cannot be made or started nothing has changed.
    ///
    /// - Parameters:
    ///   - targets: the only engines that it may go to; nil: any other that answers.
    /// - Throws: ``RequestError`` with 409 if it is being moved already.
    func move(_ container: ClusterContainer, to targets: Set<NodeAddress>? = nil) async throws(RequestError) -> Moved {
        let key = Self.key(container)
        guard underWay.withLock({ $0.insert(key).inserted }) else {
            throw RequestError(409, "\(container.name) is being moved already")
        }
        defer { underWay.withLock { _ = $0.remove(key) } }
        // An engine that has left the cluster is lost with it.
        let old = cluster.read { $0.engine(id: container.engineID) }
        let isLost = old?.standing.isLost ?? true
        let inspection = try await inspection(of: container, on: old)
        var creation: ContainerCreation
        do {
            creation = try ContainerCreation(inspection: inspection, placement: container.placement)
        } catch {
            throw RequestError(500, error.description)
        }
        creation.countMove()
        var wish = CreationWish(creation, name: container.name)
        wish.replaced = container.id
        wish.only =
            targets
            ?? cluster.read { state in
                Set(
                    state.engines.values.filter { $0.standing.isAnswering && $0.address != old?.address }.map(\.address)
                )
            }
        let shared = sharedNetworks(inspection, on: old)
        if isLost { await release(container, from: shared) }
        let made = try await creator.create(wish)
        var moved = Moved(id: made.id, address: made.address, complaints: made.warnings)
        guard let member = cluster.member(made.address) else { return moved }
        do {
            moved.complaints += await connect(made.id, inspection, at: member)
            if container.condition.isRunning { try await start(made.id, container.name, at: member) }
        } catch {
            _ = try? await member.exchange(Self.removal(made.id, of: container))
            cluster.change { $0.bury(id: made.id) }
            throw error
        }
        if isLost {
            cluster.change { _ = $0.remove(id: container.id) }
        } else if let complaint = await end(container) {
            moved.complaints.append(complaint)
        }
        await member.refreshContainer(made.id)
        cluster.logger.info(
            "swarm: moved",
            metadata: [
                "name": "\(container.name)", "from": "\(old?.name ?? container.engineID)", "to": "\(made.address)",
                "id": "\(made.id)",
            ])
        return moved
    }

    /// Ends a container for good: it is stopped as it wants to be, and removed; its volumes stay.
    ///
    /// - Parameter forced: it is killed, and its nameless volumes go too: another has long been in its place.
    /// - Returns: what did not go as it should have.
    func end(_ container: ClusterContainer, forced: Bool = false) async -> String? {
        guard let address = cluster.read({ $0.addressByID[container.engineID] }), let member = cluster.member(address)
        else { return nil }
        do {
            if container.condition.isRunning, !forced {
                let stop = EngineCall(
                    "POST", "/containers/\(container.id)/stop", what: "stop \(container.name)", deadline: .seconds(600))
                _ = try await member.exchange(stop)
            }
            let reply = try await member.exchange(Self.removal(container.id, of: container, volumes: forced))
            guard reply.isSuccess || reply.status == 404 else { return RequestError(reply).message }
        } catch {
            return error.description
        }
        cluster.change { $0.bury(id: container.id) }
        return nil
    }

    // MARK: Steps

    /// What a container is made of: as its engine says now, or as it last said where it is lost.
    private func inspection(
        of container: ClusterContainer, on engine: EngineRecord?
    ) async throws(RequestError) -> JSONValue {
        var octets = container.inspection
        if let engine, engine.standing.isAnswering, let member = cluster.member(engine.address) {
            let call = EngineCall("GET", "/containers/\(container.id)/json", what: "inspect \(container.name)")
            do {
                let reply = try await member.exchange(call)
                guard reply.isSuccess else { throw RequestError(reply) }
                octets = reply.body
            } catch let error as DockerError {
                throw RequestError(error, engine: engine.address)
            } catch let error as RequestError {
                throw error
            } catch {
                throw RequestError(500, "\(error)")
            }
        }
        guard let document = try? JSONValue(parsing: octets) else {
            throw RequestError(500, "\(container.name): nobody knows what it was made of")
        }
        return document
    }

    /// Starts a container that was just made.
    func start(_ id: String, _ name: String, at member: MemberEngine) async throws(RequestError) {
        let call = EngineCall(
            "POST", "/containers/\(id)/start", what: "start \(name)",
            deadline: ClusterResponder.changeDeadline)
        let reply: EngineReply
        do {
            reply = try await member.exchange(call)
        } catch {
            throw RequestError(error, engine: member.address)
        }
        guard reply.isSuccess || reply.status == 304 else { throw RequestError(reply) }
    }

    private static func removal(_ id: String, of container: ClusterContainer, volumes: Bool = true) -> EngineCall {
        EngineCall(
            "DELETE", "/containers/\(id)", query: [("force", "1")] + (volumes ? [("v", "1")] : []),
            what: "remove \(container.name)",
            deadline: ClusterResponder.changeDeadline)
    }

    // MARK: Networks

    /// Networks of a container that are not its engine's alone: in these it cannot be twice.
    private func sharedNetworks(_ inspection: JSONValue, on engine: EngineRecord?) -> [String] {
        guard let engine else { return [] }
        let names = (inspection["NetworkSettings"]["Networks"].object?.members ?? []).map(\.name)
        let shared = Set(
            engine.holdings.networks.filter { !["local", nil].contains($0["Scope"].text) }.compactMap {
                $0["Name"].text
            }
        )
        return names.filter(shared.contains)
    }

    /// Takes a container that is lost out of networks that others share, through an engine that answers.
    private func release(_ container: ClusterContainer, from networks: [String]) async {
        guard !networks.isEmpty, let member = try? creator.anyEngine().member else { return }
        for network in networks {
            let body = JSONValue.object(
                JSONObject([("Container", .string(container.name)), ("Force", .boolean(true))]))
            _ = try? await member.exchange(
                EngineCall(
                    "POST", "/networks/\(network)/disconnect", fields: [("Content-Type", "application/json")],
                    body: body.octets, what: "disconnect \(container.name)", deadline: .seconds(10)))
        }
    }

    /// Connects a new container to the networks that the old one was in.
    ///
    /// - Returns: what did not go as it should have.
    private func connect(_ id: String, _ inspection: JSONValue, at member: MemberEngine) async -> [String] {
        var complaints: [String] = []
        for connection in ContainerCreation.connections(of: inspection) {
            let body = JSONValue.object(
                JSONObject([("Container", .string(id)), ("EndpointConfig", connection.endpoint)]))
            let call = EngineCall(
                "POST", "/networks/\(connection.network)/connect", fields: [("Content-Type", "application/json")],
                body: body.octets, what: "connect to \(connection.network)")
            do {
                let reply = try await member.exchange(call)
                if !reply.isSuccess { complaints.append("\(connection.network): \(RequestError(reply).message)") }
            } catch {
                complaints.append("\(connection.network): \(error.description)")
            }
        }
        return complaints
    }
}
