internal import DockerEngine
internal import Logging
internal import Synchronization

/// Makes containers: chooses the node, holds the place, and has the engine make them.
///
/// Choices are made one after the other, so that each sees what those before it have taken: names, ports, memory, slots.
final class ContainerCreator: Sendable {
    let cluster: Cluster
    /// Who chooses.
    let scheduler: Scheduler
    /// How often in all a creation that failed is tried again, 0 or more.
    let retries: Int
    /// Throws if another manager has become the primary, which must not be found out by two of them placing containers.
    let confirmLeadership: @Sendable () async throws(RequestError) -> Void
    private let choice = Mutex(())

    init(
        cluster: Cluster, scheduler: Scheduler = Scheduler(), retries: Int = 0,
        confirmLeadership: @escaping @Sendable () async throws(RequestError) -> Void = {}
    ) {
        self.cluster = cluster
        self.scheduler = scheduler
        self.retries = max(0, retries)
        self.confirmLeadership = confirmLeadership
    }

    /// Makes a container.
    ///
    /// A failure that something helps against is tried again so: on an engine of the image's system, on one that has the
    /// image, and then as often as ``retries`` says in all.
    func create(_ wish: CreationWish) async throws(RequestError) -> CreatedContainer {
        try await confirmLeadership()
        var wish = await prepared(wish)
        var failure: CreationFailure
        do {
            return try await attempt(wish)
        } catch {
            failure = error
        }
        var tries = 0
        if case .system(let name) = failure.remedy {
            tries += 1
            wish.creation.constrain("ostype==\(name)")
            do { return try await attempt(wish) } catch { failure = error }
        }
        if failure.remedy == .image, let holders = holders(for: wish) {
            tries += 1
            var bound = wish
            bound.only = holders
            do { return try await attempt(bound) } catch { failure = error }
        }
        while tries < retries, failure.remedy != .none {
            tries += 1
            do { return try await attempt(wish) } catch { failure = error }
        }
        cluster.logger.warning(
            "swarm: no container", metadata: ["name": "\(wish.name)", "reason": "\(failure.error.message)"])
        throw failure.error
    }

    // MARK: Choice

    /// A place that is held for a container.
    struct Place: Sendable {
        var engine: EngineRecord
        var member: MemberEngine
        var pending: NodeContainer
    }

    /// Chooses a node and holds the place there, until ``giveUp(_:)``.
    func reserve(_ wish: CreationWish) throws(CreationFailure) -> Place {
        try choice.withLock { (_) throws(CreationFailure) in
            let (isTaken, nodes) = cluster.read { state in
                (!wish.name.isEmpty && state.isTaken(wish), state.candidates(only: wish.only))
            }
            guard !isTaken else { throw CreationFailure(.nameTaken(wish.name)) }
            let node = nodes[try rank(wish.creation.request, nodes)[0]]
            // Instances of one service have one name, which is held for all of them.
            let pending = wish.creation.pending(name: wish.service == nil ? wish.name : "")
            let engine = cluster.change { state -> EngineRecord? in
                guard let engine = state.engine(id: node.id) else { return nil }
                state.hold(pending, on: engine.address)
                return engine
            }
            guard let engine, let member = cluster.member(engine.address) else {
                if let engine { cluster.change { $0.giveUp(pending, on: engine.address) } }
                throw CreationFailure(RequestError(500, "\(node.name) has just left the cluster"), .retry)
            }
            return Place(engine: engine, member: member, pending: pending)
        }
    }

    /// Gives a place up: the container is there and known, or will not be.
    func giveUp(_ place: Place) {
        cluster.change { $0.giveUp(place.pending, on: place.engine.address) }
    }

    /// Places in `nodes`, best first, never empty.
    func rank(_ request: PlacementRequest, _ nodes: [Node]) throws(CreationFailure) -> [Int] {
        var generator = SystemRandomNumberGenerator()
        do {
            return try scheduler.place(request, among: nodes, using: &generator)
        } catch {
            throw CreationFailure(RequestError(500, error.description), .retry)
        }
    }

    /// The engine that a container without any wish would go to: who answers what any engine can.
    func anyEngine() throws(RequestError) -> (engine: EngineRecord, member: MemberEngine) {
        try engine(for: PlacementRequest())
    }

    /// The engine that a request would go to now; nothing is held there.
    func engine(for request: PlacementRequest) throws(RequestError) -> (engine: EngineRecord, member: MemberEngine) {
        let nodes = cluster.read { $0.candidates }
        do throws(CreationFailure) {
            let node = nodes[try rank(request, nodes)[0]]
            guard let engine = cluster.read({ $0.engine(id: node.id) }), let member = cluster.member(engine.address)
            else { throw CreationFailure(RequestError(500, "\(node.name) has just left the cluster")) }
            return (engine, member)
        } catch {
            throw error.error
        }
    }

    // MARK: What a wish comes to

    /// A wish with what it comes to in this cluster.
    func prepared(_ wish: CreationWish) async -> CreationWish {
        var wish = wish
        await learnSystem(&wish)
        settleNetwork(&wish)
        return wish
    }

    /// A container on a network that is one engine's own goes there if it can; engines know the network by its bare name.
    private func settleNetwork(_ wish: inout CreationWish) {
        let asked = wish.creation.body["HostConfig"]["NetworkMode"].text ?? ""
        guard !["", "default", "bridge", "host", "none"].contains(asked), !asked.hasPrefix("container:") else { return }
        let found = cluster.read { state in NetworkList.find(asked, state.engines.values.map(\.holdings)) }
        guard let found, found.isLocal else { return }
        wish.creation.use(network: asked, as: found.network["Name"].text ?? asked)
        let isBound = wish.creation.request.constraints.contains { (try? PlacementExpression($0))?.key == "node" }
        if !isBound { wish.creation.constrain("node==~\(found.engine.name)") }
    }

    /// Where engines are of several systems, a container goes to one of its image's, if that can be found out in time.
    private func learnSystem(_ wish: inout CreationWish) async {
        let systems = cluster.read { state in Set(state.engines.values.compactMap { $0.node.labels["ostype"] }) }
        guard systems.count > 1, !wish.creation.image.isEmpty,
            !wish.creation.request.constraints.contains(where: { (try? PlacementExpression($0))?.key == "ostype" }),
            let member = try? anyEngine().member
        else { return }
        let call = EngineCall(
            "GET", "/distribution/\(wish.creation.image)/json", fields: wish.registryFields,
            what: "ask for the platforms of \(wish.creation.image)", deadline: .seconds(3))
        guard let reply = try? await member.exchange(call), reply.isSuccess,
            let document = try? JSONValue(parsing: reply.body)
        else { return }
        let names = Set((document["Platforms"].elements ?? []).compactMap { $0["os"].text }).filter {
            !$0.isEmpty && $0.utf8.allSatisfy(\.isLetter)
        }.sorted()
        switch names.count {
        case 0: break
        case 1: wish.creation.constrain("ostype==\(names[0])")
        default: wish.creation.constrain("ostype==/\(names.map { "(\($0))" }.joined(separator: "|"))/")
        }
    }

    /// The engines that hold a container's image; nil if none does, or it is bound to a node.
    private func holders(for wish: CreationWish) -> Set<NodeAddress>? {
        let isBound = wish.creation.request.constraints.contains { text in
            (try? PlacementExpression(text)).map { $0.key == "node" && !$0.isSoft } ?? false
        }
        guard !isBound else { return nil }
        let holders = cluster.read { state in
            let engines = state.engines.values.filter { wish.only?.contains($0.address) ?? true }
            let names = Set(ImageList.holders(of: wish.creation.image, engines.map(\.holdings)).map(\.id))
            return Set(engines.filter { names.contains($0.id) }.map(\.address))
        }
        return holders.isEmpty ? nil : holders
    }
}

extension CreationWish {
    /// Fields of the header for calls that may ask a registry.
    var registryFields: [(name: String, value: String)] {
        credentials.map { [("X-Registry-Auth", $0)] } ?? []
    }
}

extension ClusterState {
    /// Whether a wish's name is another's: neither that of the container whose place it takes, nor its service's.
    fileprivate func isTaken(_ wish: CreationWish) -> Bool {
        if let service = wish.service {
            return directory.named(wish.name).contains { $0.placement.labels[SwarmLabel.global] != service }
        }
        guard let replaced = wish.replaced else { return isTaken(wish.name) }
        return pendingNames[wish.name] != nil || directory.named(wish.name).contains { $0.id != replaced }
    }

    /// The nodes to choose among, of some engines only.
    fileprivate func candidates(only addresses: Set<NodeAddress>?) -> [Node] {
        guard let addresses else { return candidates }
        return candidates.filter { node in addressByID[node.id].map(addresses.contains) ?? false }
    }
}
