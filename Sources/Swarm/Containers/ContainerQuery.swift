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
