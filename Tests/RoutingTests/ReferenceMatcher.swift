@testable import Routing

/// The match order said plainly: every route is looked at for every request, and the strongest that matches is taken.
///
/// Knows only regexes that are a substring, or with `^` a prefix, so that it shares nothing with what it checks.
struct ReferenceMatcher {
    private let routes: [RouteDescription]

    init(_ description: TableDescription) {
        routes = description.routes.sorted { $0.name < $1.name }
    }

    /// A route's name, or `404`, `405`.
    func match(_ request: Request) -> String {
        var best: (rank: [Int], name: String)?
        var refused = false
        for (order, route) in routes.enumerated() {
            guard hasHeaders(route, request) else { continue }
            for host in route.hosts.isEmpty ? ["*"] : route.hosts {
                guard let hostRank = rank(ofHost: host, request.host) else { continue }
                for path in route.paths.isEmpty ? ["*"] : route.paths {
                    guard let pathRank = rank(ofPath: path, of: host, request.path) else { continue }
                    guard admits(route, request.method) else {
                        refused = true
                        continue
                    }
                    let conditions = route.headers.count + (route.methods.isEmpty ? 0 : 1)
                    let rank = hostRank + pathRank + [-conditions, order]
                    if best.map({ rank.lexicographicallyPrecedes($0.rank) }) ?? true { best = (rank, route.name) }
                }
            }
        }
        return best?.name ?? (refused ? "405" : "404")
    }

    private func rank(ofHost pattern: String, _ host: String) -> [Int]? {
        if pattern == "*" { return [4, 0] }
        guard !host.isEmpty else { return nil }
        if pattern.hasPrefix("~") {
            return contains(pattern, host)
                ? [3, firstUse { $0.hosts.contains(pattern) ? $0.hosts : nil }(pattern)] : nil
        }
        if pattern.hasPrefix("*.") {
            let suffix = pattern.dropFirst()
            return host.hasSuffix(suffix) && host.count > suffix.count ? [1, -suffix.count] : nil
        }
        if pattern.hasSuffix(".*") {
            let label = pattern.dropLast(2)
            return host == label || host.hasPrefix(label + ".") ? [2, 0] : nil
        }
        return pattern == host ? [0, 0] : nil
    }

    private func rank(ofPath pattern: String, of host: String, _ path: String) -> [Int]? {
        if pattern == "*" { return [3, 0] }
        if pattern.hasPrefix("~") {
            let use = firstUse { route in
                let hosts = route.hosts.isEmpty ? ["*"] : route.hosts
                return hosts.contains(host) && route.paths.contains(pattern) ? route.paths : nil
            }
            return contains(pattern, path) ? [2, use(pattern)] : nil
        }
        if pattern.hasPrefix("=") { return pattern.dropFirst() == path ? [0, 0] : nil }
        let isWhole = path == pattern || pattern.hasSuffix("/") || path.dropFirst(pattern.count).hasPrefix("/")
        return path.hasPrefix(pattern) && isWhole ? [1, -pattern.count] : nil
    }

    /// Where a regex is first used, by route and then by its place in the route.
    private func firstUse(_ list: @escaping (RouteDescription) -> [String]?) -> (String) -> Int {
        { pattern in
            for (order, route) in routes.enumerated() {
                if let place = list(route)?.firstIndex(of: pattern) { return order * 100 + place }
            }
            return .max
        }
    }

    private func contains(_ pattern: String, _ text: String) -> Bool {
        let pattern = pattern.dropFirst()
        return pattern.hasPrefix("^") ? text.hasPrefix(pattern.dropFirst()) : text.contains(pattern)
    }

    private func admits(_ route: RouteDescription, _ method: String) -> Bool {
        route.methods.isEmpty || route.methods.contains(method) || (method == "HEAD" && route.methods.contains("GET"))
    }

    private func hasHeaders(_ route: RouteDescription, _ request: Request) -> Bool {
        route.headers.allSatisfy { wanted in
            request.fields.contains { $0.0.lowercased() == wanted.name.lowercased() && $0.1 == wanted.value }
        }
    }
}
