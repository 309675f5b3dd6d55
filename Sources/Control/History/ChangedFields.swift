internal import Routing

/// The members of a description that are compared, by the words that people know them by.
struct ChangedField<Item> {
    private let compare: (Item, Item) -> String?

    /// A member that is shown: `weight 5, was 1`.
    init<Value: Equatable>(_ name: String, _ value: @escaping (Item) -> Value, words: @escaping (Value) -> String) {
        compare = { old, new in
            let (before, after) = (value(old), value(new))
            return before == after ? nil : "\(name) \(words(after)), was \(words(before))"
        }
    }

    /// A member of which only that it changed is told.
    init<Value: Equatable>(_ name: String, _ value: @escaping (Item) -> Value) {
        compare = { old, new in value(old) == value(new) ? nil : name }
    }

    /// What is to be said; nil if it is the same.
    func difference(_ old: Item, _ new: Item) -> String? { compare(old, new) }
}

/// What is compared of each kind of thing.
enum ChangedFields {
    private static func list(_ texts: [String]) -> String { texts.isEmpty ? "any" : texts.joined(separator: " ") }

    static var endpoint: [ChangedField<EndpointDescription>] {
        [
            ChangedField("weight", \.weight) { "\($0)" },
            ChangedField("draining", \.isDraining) { $0 ? "yes" : "no" },
            ChangedField("backup", \.isBackup) { $0 ? "yes" : "no" },
            ChangedField("zone", \.zone) { $0.isEmpty ? "none" : $0 },
            ChangedField("protocol", \.protocol) { $0.map { "\($0)" } ?? "the service's" },
            ChangedField("health", \.check), ChangedField("send_proxy", \.sendProxy),
            ChangedField("attributes", \.attributes), ChangedField("key", \.provenance.source) { $0 },
        ]
    }

    static var service: [ChangedField<ServiceDescription>] {
        [
            ChangedField("balance", \.balance) { $0.rawValue }, ChangedField("protocol", \.protocol) { "\($0)" },
            ChangedField("hash", \.hash), ChangedField("sticky", \.sticky), ChangedField("slow_start", \.slowStart),
            ChangedField("panic", \.panicPercent), ChangedField("timeouts", \.timeouts),
            ChangedField("retries", \.retries), ChangedField("retry budget", \.retryBudget),
            ChangedField("hedge", \.hedge), ChangedField("health", \.checks), ChangedField("outlier", \.outlier),
            ChangedField("limits", \.circuit), ChangedField("limits", \.connectionsPerEndpoint),
            ChangedField("body", \.requestBodyLimit), ChangedField("access", \.access),
            ChangedField("forward_auth", \.forwardAuth), ChangedField("compress", \.compression),
            ChangedField("tls", \.tls), ChangedField("send_proxy", \.sendProxy),
        ]
    }

    static var route: [ChangedField<RouteDescription>] {
        [
            ChangedField("hosts", \.hosts) { list($0) }, ChangedField("paths", \.paths) { list($0) },
            ChangedField("methods", \.methods) { list($0) }, ChangedField("headers", \.headers),
            ChangedField("services", \.services) { list($0.map { "\($0.service):\($0.weight)" }) },
            ChangedField("redirect", \.redirect) { $0.map { "\($0.status) \($0.to)" } ?? "none" },
            ChangedField("strip_prefix", \.stripPrefix) { $0 ?? "none" },
            ChangedField("rewrite", \.rewrite) { $0.map { "\($0.match) to \($0.to)" } ?? "none" },
            ChangedField("request_headers", \.requestHeaders), ChangedField("response_headers", \.responseHeaders),
            ChangedField("timeouts", \.timeouts), ChangedField("retries", \.retries),
            ChangedField("body", \.requestBodyLimit), ChangedField("access", \.access),
            ChangedField("forward_auth", \.forwardAuth), ChangedField("compress", \.compression),
            ChangedField("key", \.provenance.source) { $0 },
        ]
    }
}
