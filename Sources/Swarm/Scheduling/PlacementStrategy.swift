/// Which of the nodes that a container may go to is the first choice.
public enum PlacementStrategy: String, Sendable, CaseIterable {
    /// The least filled, of equals the one with fewer containers.
    case spread
    /// The fullest that has room, of equals the one with more containers.
    case binpack
    /// Any, whatever it has room for.
    case random

    /// By its name; `binpacking` is `binpack`.
    public init?(name: String) {
        self.init(rawValue: name == "binpacking" ? "binpack" : name)
    }

    /// Those of `candidates` that have room, best first; they are places in `nodes`.
    ///
    /// What a node would be filled to is counted in whole hundredths of its memory and of its processors. Health weighs ten
    /// times as much as either, so that one failed call outweighs any load.
    func ranked(
        _ candidates: [Int], of nodes: [Node], for request: PlacementRequest,
        using generator: inout some RandomNumberGenerator
    ) throws(PlacementError) -> [Int] {
        if self == .random {
            guard !candidates.isEmpty else { throw .noResources }
            return candidates.shuffled(using: &generator)
        }
        let direction: Int64 = self == .spread ? -10 : 10
        let weighted = candidates.compactMap { place in
            Self.filled(nodes[place], with: request).map { filled in
                (place: place, weight: filled + direction * Int64(nodes[place].health))
            }
        }
        guard !weighted.isEmpty else { throw .noResources }
        let sign = self == .spread ? 1 : -1
        return
            weighted.sorted { left, right in
                if left.weight != right.weight { return (left.weight < right.weight) == (sign > 0) }
                let (fewer, more) = (nodes[left.place].containers.count, nodes[right.place].containers.count)
                return fewer != more ? (fewer < more) == (sign > 0) : left.place < right.place
            }.map(\.place)
    }

    /// What would be promised of a node with the container: hundredths of its processors and of its memory, added up.
    ///
    /// Nil if there is no room. What the container does not ask for counts as full.
    private static func filled(_ node: Node, with request: PlacementRequest) -> Int64? {
        guard node.memoryBytes >= request.memoryBytes, node.processors >= request.processors else { return nil }
        guard let processors = share(of: node.processors, node.reservedProcessors, request.processors),
            let memory = share(of: node.memoryBytes, node.reservedMemoryBytes, request.memoryBytes)
        else { return nil }
        return processors + memory
    }

    private static func share(of total: Int64, _ used: Int64, _ wanted: Int64) -> Int64? {
        guard wanted > 0 else { return 100 }
        guard total > 0 else { return nil }
        let (sum, isOver) = used.addingReportingOverflow(wanted)
        guard !isOver else { return nil }
        let full = sum.multipliedFullWidth(by: 100)
        // The share is above a hundred by far where the product does not fit.
        guard full.high == 0, full.low <= UInt64(Int64.max) else { return nil }
        let share = Int64(full.low) / total
        return share > 100 ? nil : share
    }
}
