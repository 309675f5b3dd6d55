extension ContainerQuery {
    /// The containers between which those that are asked for were created.
    struct Bounds: Sendable {
        var older: ClusterContainer?
        var newer: ClusterContainer?

        /// Whether a container was created between them.
        func allows(_ container: ClusterContainer) -> Bool {
            if let older, (container.created, container.id) >= (older.created, older.id) { return false }
            if let newer, (container.created, container.id) <= (newer.created, newer.id) { return false }
            return true
        }
    }

    /// The containers that are asked for, newest first.
    ///
    /// - Parameter engines: the engines by their IDs.
    func select(
        from directory: ContainerDirectory, engines: [String: Engine]
    ) throws(RequestError) -> [ClusterContainer] {
        select(from: directory.newestFirst, bounds: try bounds(in: directory, engines), engines: engines)
    }

    /// What `before` and `since` mean.
    func bounds(in directory: ContainerDirectory, _ engines: [String: Engine]) throws(RequestError) -> Bounds {
        func find(_ name: String?) throws(RequestError) -> ClusterContainer? {
            guard let name else { return nil }
            let found = directory.find(name) { text in engines.first { $0.key == text || $0.value.name == text }?.key }
            guard let found else { throw RequestError(404, "No such container: \(name)") }
            return found
        }
        return Bounds(older: try find(before), newer: try find(since))
    }

    /// Those of `all`, which are newest first, that are asked for.
    ///
    /// Whatever is the same for all of them is found out once: engines by their names, patterns.
    func select(from all: [ClusterContainer], bounds: Bounds, engines: [String: Engine]) -> [ClusterContainer] {
        let isBounded = bounds.older != nil || bounds.newer != nil
        let most = limit > 0 ? limit : Int.max
        if showsAll, !isBounded, filters.isEmpty { return limit > 0 ? Array(all.prefix(limit)) : all }
        let nodes = filters.patterns("node")
        let shown = Set(
            engines.filter { engine in
                (showsAll || engine.value.isAnswering) && (nodes?.matches([engine.value.name]) ?? true)
            }.keys)
        let anyEngine = showsAll && nodes == nil
        let names = filters.patterns("name")
        let isFiltered = !filters.isEmpty
        var chosen: [ClusterContainer] = []
        for container in all where chosen.count < most {
            guard anyEngine || shown.contains(container.engineID), showsAll || Self.isPlain(container) else { continue }
            if isBounded, !bounds.allows(container) { continue }
            if let names, !names.matches([container.name, "/\(container.name)"]) { continue }
            if !isFiltered || allows(container) { chosen.append(container) }
        }
        return chosen
    }

    /// Whether a plain list shows it: it runs, and is none of the cluster's own.
    private static func isPlain(_ container: ClusterContainer) -> Bool {
        guard container.condition.isRunning else { return false }
        return !container.image.hasPrefix("swarm") || NodeImage.repository(of: container.image) != "swarm"
    }

    /// Whether the filters that are about the container alone let it pass.
    private func allows(_ container: ClusterContainer) -> Bool {
        filters.allows("id") { container.id.hasPrefix($0) }
            && filters.allowsLabels(container.placement.labels)
            && filters.allows("status") { $0 == container.condition.state }
            && filters.allows("health") {
                $0 == (container.condition.health.isEmpty ? "none" : container.condition.health)
            }
            && filters.allows("exited") { wanted in
                !container.condition.isRunning && container.condition.started != nil
                    && Int64(wanted) == container.condition.exitCode
            }
            && filters.allows("is-task") {
                Self.flag($0) == (container.placement.labels["com.docker.swarm.task"] != nil)
            }
            && filters.allows("volume") { container.mounts.contains($0) }
            && filters.allows("network") { wanted in
                container.networks.contains { $0 == wanted || (wanted.utf8.count >= 12 && $0.hasPrefix(wanted)) }
            }
            && filters.allows("ancestor") { wanted in
                container.image == wanted || container.imageID == wanted
                    || NodeImage.repository(of: container.image) == wanted
                    || container.imageID.hasPrefix("sha256:\(wanted)")
            }
            && filters.allows("publish") { wanted in
                let port = UInt16(wanted.prefix { $0 != "/" })
                return container.placement.hostPorts.contains { $0.port == port }
            }
            && filters.allows("expose") { container.placement.exposedHostPorts.contains($0) }
    }
}
