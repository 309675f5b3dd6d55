/// What `GET /events` asks for.
struct EventQuery: Sendable {
    /// The filters that are understood.
    static let filters: Set<String> = [
        "config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope", "secret",
        "service", "type", "volume",
    ]

    /// Only those at this moment or later, nanoseconds since 1970.
    ///
    /// Nil: only those that are still to come.
    var since: Int64?
    /// Only those up to this moment, with which the answer ends.
    ///
    /// Nil: it goes on.
    var until: Int64?
    /// By what.
    var filters = ListFilters()

    init() {}

    /// Reads a request's query.
    init(_ query: [String: String]) throws(RequestError) {
        since = try Self.moment(query["since"], "since")
        until = try Self.moment(query["until"], "until")
        filters = try ListFilters(query["filters"] ?? "", known: Self.filters)
    }

    /// `1795486842` or `1795486842.089133008`: seconds since 1970.
    private static func moment(_ text: String?, _ name: String) throws(RequestError) -> Int64? {
        guard let text, !text.isEmpty, text != "0" else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? String(parts[1].prefix(9)) : ""
        let padded = fraction + String(repeating: "0", count: 9 - fraction.count)
        guard let seconds = Int64(parts[0]), let nanoseconds = Int64(padded), nanoseconds >= 0 else {
            throw RequestError(400, "invalid \(name) \"\(text)\": it is a time in seconds since 1970")
        }
        let (scaled, isOver) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, isOverToo) = scaled.addingReportingOverflow(nanoseconds)
        guard !isOver, !isOverToo else {
            throw RequestError(400, "invalid \(name) \"\(text)\": it is a time in seconds since 1970")
        }
        return sum
    }

    /// Whether an event is asked for.
    func allows(_ event: ClusterEvent) -> Bool {
        if let since, event.time < since { return false }
        if let until, event.time > until { return false }
        return filters.allows("type") { $0 == event.type }
            && filters.allows("event") { $0 == event.action || event.action.hasPrefix("\($0):") }
            && filters.allows("node") { [event.origin.name, event.origin.id, event.origin.address].contains($0) }
            && filters.allows("scope") { $0 == "local" }
            && filters.allowsLabels(event.attributes)
            && names("container", event) && names("image", event) && names("network", event) && names("volume", event)
            && filters.allows("daemon") { $0 == event.origin.name }
            // Nothing of Docker's later kinds happens here.
            && ["config", "plugin", "secret", "service"].allSatisfy { filters[$0].isEmpty }
    }

    /// Of events of one kind whose thing has one of the names; of other kinds those that tell of such a thing.
    private func names(_ kind: String, _ event: ClusterEvent) -> Bool {
        filters.allows(kind) { wanted in
            if event.type == kind {
                return event.actorID == wanted || (wanted.utf8.count >= 12 && event.actorID.hasPrefix(wanted))
                    || event.attributes["name"] == wanted
                    || (kind == "image" && NodeImage.repository(of: event.actorID) == wanted)
            }
            guard let told = event.attributes[kind] else { return false }
            return told == wanted || (kind == "image" && NodeImage.repository(of: told) == wanted)
                || (wanted.utf8.count >= 12 && told.hasPrefix(wanted))
        }
    }
}
