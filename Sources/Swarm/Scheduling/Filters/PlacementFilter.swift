/// A rule by which nodes are passed over.
///
/// Names and order are Docker Swarm's; `--filter` chooses among them.
public enum PlacementFilter: String, Sendable, CaseIterable {
    case health, port, containerslots, dependency, affinity, constraint, whitelist
}

extension PlacementFilter {
    /// A rule made ready for one request, so that its expressions are read once.
    struct Prepared: Sendable {
        /// Which.
        var filter: PlacementFilter
        /// What it looks for, as errors list it; empty where it asks for nothing.
        var items: [String] = []
        /// Whether a node passes, wishes included or not.
        var passes: @Sendable (_ node: Node, _ wishes: Bool) -> Bool
        /// Why it cannot be applied: an expression that cannot be read.
        var fault: PlacementError?
        /// It passes all.
        var isIdle = false
    }

    /// This rule for `request`.
    func prepare(_ request: PlacementRequest) -> Prepared {
        switch self {
        case .health: Prepared(filter: self) { node, _ in node.health > 0 }
        case .port: preparePorts(request)
        case .containerslots: prepareSlots()
        case .dependency: prepareDependencies(request)
        case .affinity: prepareAffinities(request)
        case .constraint: prepareConstraints(request)
        case .whitelist: prepareWhitelists(request)
        }
    }

    /// One that asks for nothing.
    private var idle: Prepared {
        var prepared = Prepared(filter: self) { _, _ in true }
        prepared.isIdle = true
        return prepared
    }

    // MARK: - Ports

    private func preparePorts(_ request: PlacementRequest) -> Prepared {
        guard request.exposedHostPorts.isEmpty else {
            let wanted = request.exposedHostPorts
            return Prepared(filter: self, items: wanted.map { "port \($0) (Host mode)" }) { node, _ in
                !node.containers.contains { container in container.exposedHostPorts.contains { wanted.contains($0) } }
            }
        }
        guard !request.hostPorts.isEmpty else { return idle }
        let wanted = request.hostPorts
        return Prepared(filter: self, items: wanted.map { "port \($0.port) (Bridge mode)" }) { node, _ in
            !node.containers.contains { container in
                container.hostPorts.contains { taken in wanted.contains { taken.collides(with: $0) } }
            }
        }
    }

    // MARK: - Slots

    /// Named in every error, whether or not a node has the label: so Docker Swarm's clients know it.
    private func prepareSlots() -> Prepared {
        Prepared(filter: self, items: ["available container slots"]) { node, _ in
            guard let text = node.labels["containerslots"], let slots = Int(text) else { return true }
            return node.containers.count < slots
        }
    }

    // MARK: - Dependencies

    private func prepareDependencies(_ request: PlacementRequest) -> Prepared {
        func first(_ text: String) -> String { String(text.prefix { $0 != ":" }) }
        var items = request.volumesFrom.map { "--volumes-from=\($0)" } + request.links.map { "--link=\($0)" }
        var names = (request.volumesFrom + request.links).map(first)
        if let container = request.networkContainer {
            items.append("--net=container:\(container)")
            names.append(container)
        }
        guard !names.isEmpty else { return idle }
        let needed = names
        return Prepared(filter: self, items: items) { node, _ in
            needed.allSatisfy { node.container(named: $0) != nil }
        }
    }

    // MARK: - Expressions

    private func prepareAffinities(_ request: PlacementRequest) -> Prepared {
        prepare(request.affinities, item: { "\($0) (soft=\($0.isSoft))" }) { node, expression in
            switch expression.key {
            case "container":
                expression.isMet(by: node.containers.lazy.flatMap { [$0.id] + $0.names.prefix(1) })
            case "image": expression.isMet(by: node.images.lazy.flatMap(\.names))
            default: expression.isMet(by: node.containers.lazy.map { $0.labels[expression.key] ?? "" })
            }
        }
    }

    private func prepareConstraints(_ request: PlacementRequest) -> Prepared {
        prepare(request.constraints, item: \.description) { node, expression in
            expression.key == "node"
                ? expression.isMet(by: [node.id, node.name])
                : expression.isMet(by: CollectionOfOne(node.labels[expression.key] ?? ""))
        }
    }

    private func prepareWhitelists(_ request: PlacementRequest) -> Prepared {
        prepare(request.whitelists, item: { "\($0) (soft=\($0.isSoft))" }) { node, expression in
            expression.value.split(separator: "|").contains { $0 == node.name }
        }
    }

    private func prepare(
        _ texts: [String], item: (PlacementExpression) -> String,
        isMet: @escaping @Sendable (Node, PlacementExpression) -> Bool
    ) -> Prepared {
        guard !texts.isEmpty else { return idle }
        var expressions: [PlacementExpression] = []
        do {
            for text in texts { expressions.append(try PlacementExpression(text)) }
        } catch {
            var prepared = Prepared(filter: self) { _, _ in false }
            prepared.fault = error
            return prepared
        }
        let (hard, all) = (expressions.filter { !$0.isSoft }, expressions)
        return Prepared(filter: self, items: expressions.map(item)) { node, wishes in
            (wishes ? all : hard).allSatisfy { isMet(node, $0) }
        }
    }
}
