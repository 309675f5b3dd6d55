internal import Discovery

/// The names that `portico.*` has.
enum PorticoKeys {
    /// What a label's name is about.
    enum Meaning: Equatable {
        /// `enable`.
        case enable
        /// `port`.
        case port
        /// A member of a route, and for members with names of their own that name: `headers` and `X-Canary`.
        case route(SpelledRoute.Member, String)
        /// A whole route in words.
        case routeText
        /// An attribute of the port that is served.
        case attribute(String)
        /// An attribute of all of the container's ports.
        case everywhere(String)
    }

    /// Attributes of the endpoint, whichever port.
    private static let everywhere = ["weight", "backup", "drain", "state", "zone"]
    /// Attributes that this version acts on, or keeps for a later one, for templates and for others who read the store.
    private static let attributes = [
        "balance", "protocol", "health", "health_interval", "health_timeout", "health_healthy", "health_unhealthy",
        "health_fast_interval", "health_port", "health_host", "health_method", "health_status", "health_body",
        "health_scheme", "health_initial", "outlier_max_ejection", "outlier_statuses",
        "hash", "hash_bound", "sticky", "sticky_secure", "sticky_http_only", "sticky_same_site", "sticky_max_age",
        "sticky_path", "slow_start", "panic", "outlier_consecutive_errors", "outlier_ejection", "outlier_max_ejected",
        "limits_connections_per_endpoint", "limits_queue", "limits_rate", "allow", "deny", "basic_auth", "https",
        "certificate", "acme", "tls_name", "tls_verify", "metrics",
    ]
    /// Attributes with a second name inside: `health.path` is `health`.
    private static let aliases = [
        "hosts": "host", "paths": "path", "method": "methods", "strip_prefix": "strip", "proto": "protocol",
        "health_path": "health", "sticky_cookie": "sticky",
    ]
    /// Words of a route that go into it as they are.
    private static let rest = [
        "timeouts_connect", "timeouts_response_head", "timeouts_idle", "timeouts_upstream_idle", "timeouts_tunnel",
        "retries_attempts", "retries_on", "limits_request_body",
    ]
    private static let members = ["host", "path", "methods", "strip", "rewrite", "redirect", "priority"]

    /// All names without one of their own inside, for hints.
    static var known: [String] {
        (["enable", "port", "route", "redirect.to", "redirect.status", "rewrite.match", "rewrite.to"] + members
            + everywhere
            + attributes + ["request_headers.remove", "response_headers.remove", "health.tcp"] + rest)
            .map(dotted)
    }

    /// Names as labels have them: `health.interval`.
    private static func dotted(_ name: String) -> String {
        for group in ["health", "hash", "sticky", "outlier", "limits", "timeouts", "retries", "tls"]
        where name.hasPrefix(group + "_") {
            return group + "." + name.dropFirst(group.count + 1)
        }
        return name
    }

    /// What `key` is about, without `portico.`, port and the name of a route; nil if nothing is called so.
    static func meaning(of key: String) -> Meaning? {
        if let meaning = named(key) { return meaning }
        let lower = key.lowercased()
        switch lower {
        case "enable": return .enable
        case "port": return .port
        case "route": return .routeText
        case "redirect.to", "redirect_to": return .route(.redirect, "to")
        case "redirect.status", "redirect_status": return .route(.redirect, "status")
        case "rewrite.match", "rewrite_match": return .route(.rewrite, "match")
        case "rewrite.to", "rewrite_to": return .route(.rewrite, "to")
        case "request_headers.remove", "request_headers_remove": return .route(.requestHeaders, "")
        case "response_headers.remove", "response_headers_remove": return .route(.responseHeaders, "")
        case "health.tcp", "health_tcp": return .attribute("health")
        default: break
        }
        var name = lower.replacing(".", with: "_")
        name = aliases[name] ?? name
        if members.contains(name) { return SpelledRoute.Member(rawValue: name).map { .route($0, "") } }
        if everywhere.contains(name) { return .everywhere(name) }
        if attributes.contains(name) { return .attribute(name) }
        guard rest.contains(name), let underscore = name.firstIndex(of: "_") else { return nil }
        return .route(.rest, name[..<underscore] + "." + name[name.index(after: underscore)...])
    }

    /// Names with one of the author's own inside: `headers.X-Canary`, `label.team`.
    private static func named(_ key: String) -> Meaning? {
        let groups: [(prefix: String, member: SpelledRoute.Member)] = [
            ("headers", .headers), ("header", .headers), ("request_headers.set", .requestHeaders),
            ("response_headers.set", .responseHeaders),
        ]
        for (prefix, member) in groups {
            for mark in [".", "_"] {
                let start = prefix.replacing(".", with: mark) + mark
                guard key.count > start.count, key.lowercased().hasPrefix(start) else { continue }
                let name = String(key.dropFirst(start.count))
                // Variables' names have no hyphens.
                return .route(member, mark == "_" ? name.replacing("_", with: "-") : name)
            }
        }
        for start in ["label.", "label_"] where key.count > start.count && key.lowercased().hasPrefix(start) {
            let name = key.dropFirst(start.count).lowercased()
            return .everywhere("label_" + name.replacing(".", with: "_").replacing("-", with: "_"))
        }
        return nil
    }

    /// What may have been meant by `key`, as a label has it.
    static func nearest(to key: String) -> String? {
        if let name = nearestName(to: key, among: known) { return name }
        let first = key.prefix { $0 != "." }
        guard first.count < key.count else { return nil }
        let groups = [
            "headers", "request_headers", "response_headers", "routes", "health", "sticky", "timeouts", "limits",
        ]
        guard let group = nearestName(to: String(first), among: groups), group != first else { return nil }
        return group + key.dropFirst(first.count)
    }
}
