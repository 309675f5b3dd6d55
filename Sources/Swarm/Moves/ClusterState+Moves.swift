/// Which containers are to be where they are not, by what is known: pure.
extension ClusterState {
    /// Containers that move when their node is lost, of nodes that are: those that are to be made anew elsewhere.
    ///
    /// Oldest first, for others may depend on them. One that has been made anew is none.
    var lostContainers: [ClusterContainer] {
        engines.values.filter(\.standing.isLost).flatMap { engine in
            engine.node.containers.compactMap { directory.containers[$0.id] }
        }.filter { container in
            guard container.moves, !container.inspection.isEmpty else { return false }
            return !directory.copies(of: container.placement.swarmID).contains { $0.supersedes(container) }
        }.sorted { ($0.created, $0.id) < ($1.created, $1.id) }
    }

    /// Containers on nodes that answer, in whose places newer ones are: those of a node that was lost and is back.
    var supersededContainers: [ClusterContainer] {
        directory.copied.flatMap { swarmID -> [ClusterContainer] in
            let copies = directory.copies(of: swarmID)
            return copies.filter { container in
                container.moves && engine(id: container.engineID)?.standing.isAnswering == true
                    && copies.contains { $0.supersedes(container) }
            }
        }.sorted { $0.id < $1.id }
    }

    /// What happens to the containers of a node that is drained.
    struct DrainPlan: Sendable, Equatable {
        /// Those that move, oldest first.
        var moves: [ClusterContainer] = []
        /// Those that are on every node, and are no more on this one.
        var ends: [ClusterContainer] = []
        /// Those that stay.
        var stays: [ClusterContainer] = []
    }

    /// What happens to the containers of a node that is drained: those move that would if it were lost; or all.
    func drainPlan(_ address: NodeAddress, all: Bool) -> DrainPlan {
        var plan = DrainPlan()
        let containers = (engines[address]?.node.containers ?? []).compactMap { directory.containers[$0.id] }
        for container in containers.sorted(by: { ($0.created, $0.id) < ($1.created, $1.id) }) {
            if container.service != nil {
                plan.ends.append(container)
            } else if all || container.moves {
                plan.moves.append(container)
            } else {
                plan.stays.append(container)
            }
        }
        return plan
    }
}

extension ClusterContainer {
    /// Whether it moves when its node is lost.
    var moves: Bool {
        (try? ReschedulePolicy(SwarmLabel.Expressions.reschedule.read(from: self.placement.labels))) == .onNodeFailure
    }

    /// Whether it has taken the place of another that has the same ID that stays: it has moved more often, or was made later.
    ///
    /// Moves come first, for the clock of a host that crashed may be anything.
    func supersedes(_ other: ClusterContainer) -> Bool {
        func moves(_ container: ClusterContainer) -> Int {
            container.placement.labels[SwarmLabel.moves].flatMap { Int($0) } ?? 0
        }
        guard id != other.id else { return false }
        return (moves(self), self.created) > (moves(other), other.created)
    }

    /// The service that it is an instance of, of those that have one on every node.
    var service: String? { self.placement.labels[SwarmLabel.global] }
}

extension EngineStanding {
    /// Whether it was counted on and does not answer.
    var isLost: Bool { condition == .unhealthy || condition == .disconnected }
}
