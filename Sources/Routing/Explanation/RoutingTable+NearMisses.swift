/// Routes that came close to a request: their host covers it and no path of theirs does, or their host is much like it.
extension RoutingTable {
    /// Of each kind so many at most, the nearest first.
    private static var listed: Int { 8 }

    private struct Miss {
        var route: Int
        var host: String
        var path: String
        var distance: Int
    }

    /// The routes that came close, the nearest first.
    ///
    /// - Parameter withHosts: also those whose host is much like the request's.
    func nearMisses(
        of request: ExplainedRequest, _ recorder: MatchRecorder, withHosts: Bool
    ) -> [RouteCandidate] {
        let seen = Set(recorder.steps.map(\.route))
        let reached = Set(recorder.hosts.map(\.host))
        let host = String(decoding: request.host, as: UTF8.self)
        let path = String(decoding: request.path, as: UTF8.self)
        var byPath: [Miss] = []
        var byHost: [Miss] = []
        for route in routes.indices where !seen.contains(route) {
            let description = routeDescription(at: route)
            let hosts = description.hosts.isEmpty ? ["*"] : description.hosts
            if let own = hosts.first(where: { self.index.host(for: $0).map(reached.contains) == true }) {
                let nearest = description.paths.max { shared($0, path) < shared($1, path) } ?? ""
                byPath.append(Miss(route: route, host: own, path: nearest, distance: -shared(nearest, path)))
            } else if withHosts, !host.isEmpty {
                for pattern in hosts {
                    guard let distance = HostLikeness.distance(of: pattern, to: host) else { continue }
                    byHost.append(
                        Miss(route: route, host: pattern, path: description.paths.first ?? "", distance: distance))
                    break
                }
            }
        }
        return nearest(byPath).map { miss in
            candidate(miss, .path, "path \(path) is not \(Self.words(ofPath: miss.path))")
        } + nearest(byHost).map { miss in candidate(miss, .host, HostLikeness.words(of: miss.host, beside: host)) }
    }

    /// Why no route takes the request.
    func missing(_ recorder: MatchRecorder, _ request: ExplainedRequest, _ explanation: Explanation) -> String {
        let host = request.host.isEmpty ? "without host" : String(decoding: request.host, as: UTF8.self)
        if routes.isEmpty { return "the table has no routes" }
        if let step = recorder.steps.first, case .lacksHeader = step.verdict {
            return "routes have host \(host) and this path, but ask for headers: "
                + (explanation.candidates.first?.reason ?? "")
        }
        if let near = explanation.candidates.first(where: { $0.verdict == .path }) {
            return "host \(host) is known, but no route of it has path \(request.shown.path); nearest is "
                + "\(near.path) of route \(near.route)" + Self.hint(near.path, request.shown.path)
        }
        if let near = explanation.candidates.first(where: { $0.verdict == .host }) {
            return "no route has host \(host); did you mean \(near.host) of route \(near.route)?"
        }
        return request.host.isEmpty
            ? "the request names no host, and no route takes any host" : "no route has host \(host)"
    }

    private func nearest(_ misses: [Miss]) -> ArraySlice<Miss> {
        misses.sorted { $0.distance == $1.distance ? $0.route < $1.route : $0.distance < $1.distance }
            .prefix(Self.listed)
    }

    private func candidate(_ miss: Miss, _ verdict: RouteCandidate.Verdict, _ reason: String) -> RouteCandidate {
        RouteCandidate(
            route: routeNames[miss.route], host: miss.host, path: miss.path, verdict: verdict, reason: reason,
            provenance: routeDescription(at: miss.route).provenance)
    }

    /// Octets at the beginning that a path pattern and a path have in common.
    private func shared(_ pattern: String, _ path: String) -> Int {
        let pattern = pattern.utf8.first == UInt8(ascii: "=") ? pattern.utf8.dropFirst() : pattern.utf8[...]
        return zip(pattern, path.utf8).prefix { $0 == $1 }.count
    }

    /// What sets a path apart from a pattern that it nearly is.
    private static func hint(_ pattern: String, _ path: String) -> String {
        let bare = pattern.hasPrefix("=") ? String(pattern.dropFirst()) : pattern
        if bare != path, bare + "/" == path || bare == path + "/" { return ": they differ by a slash at the end" }
        let start = path.prefix(bare.count)
        return start != bare && start.lowercased() == bare.lowercased() ? ": they differ by upper and lower case" : ""
    }

    private static func words(ofPath pattern: String) -> String {
        switch pattern.utf8.first {
        case UInt8(ascii: "="): String(pattern.dropFirst())
        case UInt8(ascii: "~"): "matched by \(pattern)"
        default: "under \(pattern)"
        }
    }
}

extension RouteIndex {
    /// The host that a pattern of a route leads to; nil if it leads to none.
    func host(for text: String) -> Int? {
        guard let pattern = try? HostPattern(text) else { return nil }
        let octets = unsafe pool.span.bytes
        func value(_ name: String, in hosts: ByteIndex) -> Int {
            let name = Array(name.utf8)
            return unsafe hosts.value(of: name.span.bytes, from: 0, count: name.count, salt: 0, pool: octets)
        }
        let found: Int
        switch pattern {
        case .exact(let name): found = value(name, in: exactHosts)
        case .wildcard(let suffix): found = value(suffix, in: wildcards)
        case .firstLabel(let label): found = value(label, in: firstLabels)
        case .regex(let text):
            found = hostRegexes.first { regexes[Int($0.regex)].pattern == text }.map { Int($0.target) } ?? -1
        case .any: found = Int(anyHost)
        }
        return found >= 0 ? found : nil
    }
}

/// How like a host pattern is to a host that it does not cover.
enum HostLikeness {
    /// 0: nearly the same; nil: not alike.
    static func distance(of pattern: String, to host: String) -> Int? {
        guard !pattern.hasPrefix("~"), pattern != "*" else { return nil }
        if pattern.hasSuffix(".*") { return isTypo(String(pattern.dropLast(2)), firstLabel(of: host)) ? 3 : nil }
        if pattern.hasPrefix("*.") { return pattern.dropFirst(2) == host ? 1 : nil }
        if host.hasSuffix("." + pattern) || pattern.hasSuffix("." + host) { return 1 }
        return isTypo(pattern, host) ? 2 : nil
    }

    /// What is to be said of it.
    static func words(of pattern: String, beside host: String) -> String {
        if pattern.hasPrefix("*.") { return "host \(pattern) wants a label before \(host)" }
        if host.hasSuffix("." + pattern) { return "host \(pattern) is not its subdomains': *.\(pattern) would be" }
        if pattern.hasSuffix("." + host) { return "host \(pattern) is a subdomain of what was asked for" }
        return "host \(pattern) is not \(host), but much like it"
    }

    private static func firstLabel(of host: String) -> String { String(host.prefix { $0 != "." }) }

    private static func isTypo(_ one: String, _ two: String) -> Bool {
        // Thousands of hosts are compared: most are ruled out by their length.
        guard abs(one.utf8.count - two.utf8.count) <= 2, two.utf8.count > 4 else { return false }
        return EditDistance.between(Array(one.unicodeScalars), Array(two.unicodeScalars)) <= 2
    }
}
