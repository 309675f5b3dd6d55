/// What `GET /containers/json` asks for.
struct ContainerQuery: Sendable {
    /// An engine as lists of containers know it.
    struct Engine: Sendable {
        /// Its name.
        var name: String
        /// Whether it answers.
        var isAnswering: Bool
    }

    /// The filters that are understood.
    static let filters: Set<String> = [
        "ancestor", "before", "exited", "expose", "health", "id", "is-task", "label", "name", "network", "node",
        "publish", "since", "status", "volume",
    ]

    /// Those that do not run, too, and those on hosts that are down.
    var showsAll = false
    /// At the most so many, the newest; 0 for no limit.
    var limit = 0
    /// Only those that are older than this one.
    var before: String?
    /// Only those that are newer than this one.
    var since: String?
    /// By what.
    var filters = ListFilters()

    init() {}

    /// Reads a request's query.
    init(_ query: [String: String]) throws(RequestError) {
        limit = try Self.number(query["limit"], "limit")
        showsAll = Self.flag(query["all"]) || limit > 0
        filters = try ListFilters(query["filters"] ?? "", known: Self.filters)
        before = query["before"] ?? filters["before"].first
        since = query["since"] ?? filters["since"].first
        if before != nil || !filters["status"].allSatisfy({ $0 == "running" }) || !filters["exited"].isEmpty {
            showsAll = true
        }
    }

    /// Docker's clients say `1`, `true` and the like.
    static func flag(_ text: String?) -> Bool {
        guard let text = text?.lowercased() else { return false }
        return !["", "0", "no", "false", "none"].contains(text)
    }

    private static func number(_ text: String?, _ name: String) throws(RequestError) -> Int {
        guard let text, !text.isEmpty else { return 0 }
        guard let number = Int(text) else { throw RequestError(400, "\(name) is \"\(text)\": it is a whole number") }
        return max(0, number)
    }

    /// The containers that are asked for, newest first.
    ///
    /// - Parameter engines: the engines by their IDs.
    func select(
        from directory: ContainerDirectory, engines: [String: Engine]
    ) throws(RequestError) -> [ClusterContainer] {
        let older = try bound(before, in: directory, engines)
        let newer = try bound(since, in: directory, engines)
        var chosen = directory.containers.values.filter { container in
            if let older, (container.created, container.id) >= (older.created, older.id) { return false }
            if let newer, (container.created, container.id) <= (newer.created, newer.id) { return false }
            return allows(container, on: engines[container.engineID])
        }
        chosen.sort { ($0.created, $0.id) > ($1.created, $1.id) }
        return limit > 0 ? Array(chosen.prefix(limit)) : chosen
    }

    private func bound(
        _ name: String?, in directory: ContainerDirectory, _ engines: [String: Engine]
    ) throws(RequestError) -> ClusterContainer? {
        guard let name else { return nil }
        let found = directory.find(name) { text in engines.first { $0.key == text || $0.value.name == text }?.key }
        guard let found else { throw RequestError(404, "No such container: \(name)") }
        return found
    }

    private func allows(_ container: ClusterContainer, on engine: Engine?) -> Bool {
        if !showsAll {
            guard container.condition.isRunning, engine?.isAnswering == true else { return false }
            // Those of the cluster itself are shown to whoever wants to see all.
            guard NodeImage.repository(of: container.image) != "swarm" else { return false }
        }
        let names = container.placement.names
        return filters.allowsPattern("name", names.prefix(1).flatMap { [$0, "/\($0)"] })
            && filters.allows("id") { container.id.hasPrefix($0) }
            && filters.allowsLabels(container.placement.labels)
            && filters.allows("status") { $0 == container.condition.state }
            && filters.allowsPattern("node", [engine?.name ?? ""])
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

    /// The list as JSON, at `now` in seconds since 1970.
    ///
    /// - Parameters:
    ///   - isFirst: whether the list begins with these; else they follow others.
    ///   - isLast: whether it ends with them.
    static func list(
        _ containers: some Collection<ClusterContainer>, engines: [String: Engine], now: Double, isFirst: Bool = true,
        isLast: Bool = true
    ) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(containers.count * 1_024 + 2)
        if isFirst { octets.append(UInt8(ascii: "[")) }
        var isFollowing = !isFirst
        for container in containers {
            if isFollowing { octets.append(UInt8(ascii: ",")) }
            isFollowing = true
            let isDown = engines[container.engineID]?.isAnswering != true
            container.row.write(status: isDown ? "Host Down" : container.condition.status(now: now), to: &octets)
        }
        if isLast { octets += "]\n".utf8 }
        return octets
    }
}
