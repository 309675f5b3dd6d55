/// Chooses the node for a container: filters, then a strategy.
///
/// Pure: it looks at nodes as they are given and remembers nothing.
public struct Scheduler: Sendable, Equatable {
    /// How the nodes that are left are ordered.
    public let strategy: PlacementStrategy
    /// The filters, in the order in which they are applied.
    public let filters: [PlacementFilter]

    /// A scheduler; without a choice of filters all of them apply.
    public init(strategy: PlacementStrategy = .spread, filters: [PlacementFilter] = PlacementFilter.allCases) {
        self.strategy = strategy
        self.filters = filters
    }

    /// Places in `nodes` that the container may go to, best first; never empty.
    ///
    /// First with all that it wishes for; if that finds nothing, for whatever reason, then without any of its wishes.
    ///
    /// - Throws: ``PlacementError`` in Docker Swarm's words.
    public func place(
        _ request: PlacementRequest, among nodes: [Node], using generator: inout some RandomNumberGenerator
    ) throws(PlacementError) -> [Int] {
        guard !nodes.isEmpty || filters.contains(.health) else { throw .noNode }
        let prepared = filters.map { $0.prepare(request) }
        do {
            return try place(request, prepared, nodes, wishes: true, using: &generator)
        } catch {
            return try place(request, prepared, nodes, wishes: false, using: &generator)
        }
    }

    private func place(
        _ request: PlacementRequest, _ prepared: [PlacementFilter.Prepared], _ nodes: [Node], wishes: Bool,
        using generator: inout some RandomNumberGenerator
    ) throws(PlacementError) -> [Int] {
        var candidates = Array(nodes.indices)
        for (place, rule) in prepared.enumerated() where !rule.isIdle {
            candidates.removeAll { !rule.passes(nodes[$0], wishes) }
            guard candidates.isEmpty || rule.fault != nil else { continue }
            if rule.filter == .health { throw .noHealthyNode }
            throw Self.unsatisfied(prepared[...place])
        }
        return try strategy.ranked(candidates, of: nodes, for: request, using: &generator)
    }

    /// Names the conditions up to the one that left nothing.
    private static func unsatisfied(_ prepared: ArraySlice<PlacementFilter.Prepared>) -> PlacementError {
        var text = "Unable to find a node that satisfies the following conditions "
        for rule in prepared {
            if let fault = rule.fault {
                text += "\nerror from \(rule.filter.rawValue) filter: \(fault)"
            } else if !rule.items.isEmpty {
                text += "\n[\(rule.items.joined(separator: " "))]"
            }
        }
        return PlacementError(text)
    }
}
