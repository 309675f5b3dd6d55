internal import DockerEngine

/// What an operator has the cluster do with its nodes.
extension ClusterResponder {
    /// `POST /v1/nodes/{name}/drain` and `activate`: a node gets no more containers, and those that move do; or it is back.
    func drain(
        _ name: String, _ isDrained: Bool, _ request: ManagerRequest
    ) async throws(RequestError) -> ManagerReply {
        try await creator.confirmLeadership()
        let policy = request.path.query["policy"] ?? ""
        guard ["", "all", "on-node-failure"].contains(policy) else {
            throw RequestError(400, "invalid policy \"\(policy)\": it is on-node-failure or all")
        }
        guard let engine = cluster.read({ $0.engine(named: name) }), !engine.id.isEmpty else {
            throw RequestError(404, "No such node: \(name)")
        }
        do {
            try await rescheduler.maintenance.keep(engine.id, isDrained: isDrained)
        } catch {
            throw RequestError(503, "the store does not keep that \(engine.name) is drained: \(error)")
        }
        let plan = cluster.change { state in
            var drained = state.drained
            if isDrained { drained.insert(engine.id) } else { drained.remove(engine.id) }
            state.drain(drained)
            return isDrained ? state.drainPlan(engine.address, all: policy == "all") : ClusterState.DrainPlan()
        }
        var outcomes = await move(plan.moves.map { ($0, nil) })
        for container in plan.ends {
            var outcome = MoveOutcome(container)
            outcome.error = await rescheduler.mover.end(container)
            outcomes.append(outcome)
        }
        let shown = cluster.read { $0.engines[engine.address] } ?? engine
        return .answer(
            ManagerAnswer(
                json: .object(
                    JSONObject([
                        ("node", EngineReport(shown).document),
                        ("moved", .array(outcomes.filter { $0.error == nil && $0.moved != nil }.map(document))),
                        ("ended", .array(outcomes.filter { $0.error == nil && $0.moved == nil }.map(document))),
                        ("failed", .array(outcomes.filter { $0.error != nil }.map(document))),
                        ("stayed", .array(plan.stays.map { document(MoveOutcome($0)) })),
                    ]))))
    }

    /// `POST /v1/rebalance`: the fewest containers move that even out what the strategy goes by; `dry=1` only tells which.
    func rebalance(_ request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        try await creator.confirmLeadership()
        let scheduler = creator.scheduler
        // What is known is copied, for to plan takes a while.
        let state = cluster.read { copy $0 }
        let plan = RebalancePlan(state, scheduler: scheduler)
        let isDry = request.isOn("dry")
        let outcomes =
            isDry
            ? plan.moves.map { MoveOutcome($0.container) }
            : await move(plan.moves.map { ($0.container, [$0.to]) })
        let documents = plan.moves.map { planned -> JSONValue in
            var document = document(
                outcomes.first { $0.container.id == planned.container.id } ?? .init(planned.container))
            if document["to"] == .null { document["to"] = .string(nodeName(planned.to)) }
            return document
        }
        return .answer(
            ManagerAnswer(json: .object(JSONObject([("dry", .boolean(isDry)), ("moves", .array(documents))]))))
    }

    // MARK: Moves

    /// How a container's move went.
    private struct MoveOutcome: Sendable {
        var container: ClusterContainer
        var moved: ContainerMover.Moved?
        var error: String?

        init(_ container: ClusterContainer) {
            self.container = container
        }
    }

    /// Containers that one request moves at once.
    private static let movesMax = 4

    /// Moves containers, some at once; those that could not be are tried once more after the others, on which they may depend.
    private func move(_ moves: [(ClusterContainer, Set<NodeAddress>?)]) async -> [MoveOutcome] {
        let mover = rescheduler.mover
        @Sendable func attempt(_ container: ClusterContainer, _ targets: Set<NodeAddress>?) async -> MoveOutcome {
            var outcome = MoveOutcome(container)
            do throws(RequestError) {
                outcome.moved = try await mover.move(container, to: targets)
            } catch {
                outcome.error = error.message
            }
            return outcome
        }
        var outcomes = await withTaskGroup(of: (Int, MoveOutcome).self) { group in
            var outcomes: [(Int, MoveOutcome)] = []
            for (place, move) in moves.enumerated() {
                if place >= Self.movesMax, let outcome = await group.next() { outcomes.append(outcome) }
                group.addTask { (place, await attempt(move.0, move.1)) }
            }
            for await outcome in group { outcomes.append(outcome) }
            return outcomes.sorted { $0.0 < $1.0 }.map(\.1)
        }
        for place in outcomes.indices where outcomes[place].error != nil {
            outcomes[place] = await attempt(moves[place].0, moves[place].1)
        }
        return outcomes
    }

    private func document(_ outcome: MoveOutcome) -> JSONValue {
        var document = JSONValue.object(
            JSONObject([
                ("id", .string(outcome.container.id)), ("name", .string(outcome.container.name)),
                ("from", .string(cluster.read { $0.engine(id: outcome.container.engineID)?.name } ?? "")),
            ]))
        if let moved = outcome.moved {
            document["to"] = .string(nodeName(moved.address))
            document["newId"] = .string(moved.id)
            if !moved.complaints.isEmpty { document["warnings"] = .strings(moved.complaints) }
        }
        if let error = outcome.error { document["error"] = .string(error) }
        return document
    }

    private func nodeName(_ address: NodeAddress) -> String {
        cluster.read { $0.engines[address]?.name } ?? address.description
    }
}
