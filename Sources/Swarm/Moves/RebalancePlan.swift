/// Which containers are to move so that the nodes are filled as the strategy fills them: pure.
///
/// Only those move that would if their node were lost, and each only to a node that the scheduler would now choose before the
/// one that it is on. So under `spread` nodes even out, under `binpack` the emptiest empty, and `random` moves nothing. Every
/// move goes from where most is (under `binpack`: least) and is worth it by itself, the largest containers first: so there are
/// few.
struct RebalancePlan: Sendable, Equatable {
    /// A container that is to move.
    struct Move: Sendable, Equatable {
        var container: ClusterContainer
        var from: NodeAddress
        var to: NodeAddress
    }

    /// Moves of one plan at most; a plan after it goes on.
    static let movesMax = 256

    /// The moves, in their order.
    private(set) var moves: [Move] = []

    init(_ state: borrowing ClusterState, scheduler: Scheduler) {
        guard scheduler.strategy != .random else { return }
        let nodes = state.candidates.filter { $0.health > 0 }.sorted { $0.id < $1.id }
        guard nodes.count > 1 else { return }
        var planning = Planning(scheduler: scheduler, nodes: nodes)
        for (place, node) in nodes.enumerated() {
            planning.movable[place] = node.containers.compactMap { state.directory.containers[$0.id] }.filter {
                $0.moves && $0.service == nil && !$0.inspection.isEmpty
            }
        }
        while moves.count < Self.movesMax, let move = planning.next() {
            guard let from = state.addressByID[nodes[move.from].id], let to = state.addressByID[nodes[move.to].id]
            else { return }
            moves.append(Move(container: move.container, from: from, to: to))
        }
    }
}

/// The nodes as they would be after the moves so far.
private struct Planning {
    let scheduler: Scheduler
    var nodes: [Node]
    /// Containers that may move, by places in `nodes`.
    var movable: [Int: [ClusterContainer]] = [:]
    private var requests: [String: PlacementRequest] = [:]

    init(scheduler: Scheduler, nodes: [Node]) {
        self.scheduler = scheduler
        self.nodes = nodes
    }

    /// The next move, which is made in `nodes`; nil if none is worth it.
    mutating func next() -> (container: ClusterContainer, from: Int, to: Int)? {
        let fewest = nodes.map(\.containers.count).min() ?? 0
        let least = nodes.map(\.filled).min() ?? 0
        for source in nodes.indices.sorted(by: goesBefore) {
            let node = nodes[source]
            // Under `spread` there is no better place for anything of a node that has as little as any.
            if scheduler.strategy == .spread, node.containers.count <= fewest + 1, node.filled <= least { continue }
            var tried: [PlacementRequest] = []
            let largest = (movable[source] ?? []).sorted { left, right in
                let (one, two) = (left.placement, right.placement)
                return (one.processors, one.memoryBytes, left.id) > (two.processors, two.memoryBytes, right.id)
            }
            for container in largest {
                guard let request = request(of: container), !tried.contains(request) else { continue }
                tried.append(request)
                guard let target = better(container, request, than: source) else { continue }
                nodes[source].removeContainer(id: container.id)
                nodes[target].add(container.placement)
                movable[source]?.removeAll { $0.id == container.id }
                return (container, source, target)
            }
        }
        return nil
    }

    private func goesBefore(_ left: Int, _ right: Int) -> Bool {
        let (one, two) = (nodes[left], nodes[right])
        let order = scheduler.strategy == .binpack ? -1 : 1
        if one.filled != two.filled { return (one.filled > two.filled) == (order > 0) }
        if one.containers.count != two.containers.count {
            return (one.containers.count > two.containers.count) == (order > 0)
        }
        return left < right
    }

    /// The node that the scheduler would choose before the one that the container is on.
    private func better(_ container: ClusterContainer, _ request: PlacementRequest, than source: Int) -> Int? {
        // Of equals the first is chosen: the one that it is on stands first.
        let places = [source] + nodes.indices.filter { $0 != source }
        var choice = places.map { nodes[$0] }
        choice[0].removeContainer(id: container.id)
        var generator = SystemRandomNumberGenerator()
        guard let best = try? scheduler.place(request, among: choice, using: &generator)[0], best > 0 else {
            return nil
        }
        return places[best]
    }

    private mutating func request(of container: ClusterContainer) -> PlacementRequest? {
        if let known = requests[container.id] { return known }
        guard let inspection = try? JSONValue(parsing: container.inspection),
            let creation = try? ContainerCreation(inspection: inspection, placement: container.placement)
        else { return nil }
        requests[container.id] = creation.request
        return creation.request
    }
}

extension Node {
    /// Hundredths of its processors and of its memory that are promised, added up.
    fileprivate var filled: Int64 {
        func share(_ used: Int64, _ total: Int64) -> Int64 { total > 0 ? Int64(Double(used) / Double(total) * 100) : 0 }
        return share(reservedProcessors, processors) + share(reservedMemoryBytes, memoryBytes)
    }
}
