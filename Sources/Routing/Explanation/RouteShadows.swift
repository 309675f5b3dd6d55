/// Routes that others stand before: at a host and path all that they would take goes elsewhere.
///
/// Only what is certain is found: within one host, another route that asks for nothing that this one does not ask for, and
/// comes first by the match order. Whether two expressions overlap nobody can say.
struct RouteShadows {
    private let table: RoutingTable
    /// By host the routes at the path `/`, whatever lies below it: they take all that weaker paths would.
    private var catchAlls: [Int: [Int]] = [:]
    /// How often each route stands somewhere, and who stands before it there.
    private var stands: [Int]
    private var shadows: [Int: [(by: Int, host: String, path: String)]] = [:]

    init(_ table: RoutingTable) {
        self.table = table
        stands = [Int](repeating: 0, count: table.routes.count)
    }

    /// What is to be said.
    mutating func findings() -> [TableFinding] {
        collectCatchAlls()
        for route in table.routes.indices { look(at: route) }
        return table.routes.indices.compactMap(finding)
    }

    private mutating func collectCatchAlls() {
        for route in table.routes.indices {
            let description = table.routeDescription(at: route)
            guard description.paths.contains("/") else { continue }
            for host in hosts(of: description) {
                if let place = table.index.host(for: host) { catchAlls[place, default: []].append(route) }
            }
        }
    }

    private func hosts(of route: RouteDescription) -> [String] { route.hosts.isEmpty ? ["*"] : route.hosts }

    private mutating func look(at route: Int) {
        let description = table.routeDescription(at: route)
        for host in hosts(of: description) {
            guard let place = table.index.host(for: host) else { continue }
            for path in description.paths.isEmpty ? [""] : description.paths {
                stands[route] += 1
                if let other = first(before: route, host: place, path: path) {
                    shadows[route, default: []].append((other, host, path))
                }
            }
        }
    }

    /// The route that takes all that `route` would at this host and path; nil: none does for certain.
    private func first(before route: Int, host: Int, path: String) -> Int? {
        if let place = table.index.place(for: path, host: host) {
            for candidate in table.index.routes(at: place) {
                if candidate == route { break }
                if takesAll(of: route, candidate) { return candidate }
            }
        }
        // The path `/` is a prefix: it is stronger than expressions and than any path.
        guard path.isEmpty || path.hasPrefix("~") else { return nil }
        return catchAlls[host]?.first { $0 != route && takesAll(of: route, $0) }
    }

    /// Whether `other` asks for nothing that `route` does not ask for.
    private func takesAll(of route: Int, _ other: Int) -> Bool {
        let (one, two) = (table.routeDescription(at: route), table.routeDescription(at: other))
        let asked = one.headers.map { NameValue(name: $0.name.lowercased(), value: $0.value) }
        guard two.headers.allSatisfy({ asked.contains(NameValue(name: $0.name.lowercased(), value: $0.value)) })
        else { return false }
        if two.methods.isEmpty { return true }
        guard !one.methods.isEmpty else { return false }
        return one.methods.allSatisfy { two.methods.contains($0) || ($0 == "HEAD" && two.methods.contains("GET")) }
    }

    private func finding(_ route: Int) -> TableFinding? {
        let description = table.routeDescription(at: route)
        func finding(_ weight: TableFinding.Weight, _ reason: String) -> TableFinding {
            TableFinding(
                subject: "route \(description.name)", reason: reason, provenance: description.provenance, weight: weight
            )
        }
        if !description.methods.isEmpty, description.methods.allSatisfy({ $0 == "CONNECT" || $0 == "TRACE" }) {
            return finding(.never, "never matches: CONNECT and TRACE are not served; name other methods")
        }
        guard let found = shadows[route], let first = found.first else { return nil }
        let other = table.routeDescription(at: first.by)
        let place = first.host + (first.path.isEmpty ? " (any path)" : first.path)
        let who = "route \(other.name) (\(other.provenance.words))"
        if found.count == stands[route] {
            return finding(
                .never,
                "never matches: \(who) takes all of its requests, such as at \(place); give it a host, a path or a "
                    + "condition of its own, or take it out")
        }
        let more = found.count > 1 ? ", nor at \(found.count - 1) more places" : ""
        return finding(
            .partly, "gets nothing at \(place)\(more): \(who) takes it; take the host or path out of one of them")
    }
}

extension RoutingTable {
    /// Routes that never match, or that do not where they seem to, because another stands before them.
    ///
    /// Takes some milliseconds for 10,000 routes: to be asked once a table, off the workers.
    public func shadowedRoutes() -> [TableFinding] {
        var shadows = RouteShadows(self)
        return shadows.findings()
    }
}

extension RouteIndex {
    /// The place that a path pattern of a route leads to at `host`; empty: any path.
    func place(for text: String, host: Int) -> Int? {
        if text.isEmpty { return hosts[host].anyPath >= 0 ? Int(hosts[host].anyPath) : nil }
        guard let pattern = try? PathPattern(text) else { return nil }
        let found: Int
        switch pattern {
        case .exact(let octets): found = place(of: octets, host: host, isPrefix: false)
        case .prefix(let octets): found = place(of: octets, host: host, isPrefix: true)
        case .regex(let text):
            let record = hosts[host]
            let own = pathRegexes[Int(record.firstRegex)..<Int(record.firstRegex + record.regexCount)]
            found = own.first { regexes[Int($0.regex)].pattern == text }.map { Int($0.target) } ?? -1
        }
        return found >= 0 ? found : nil
    }

    private func place(of octets: [UInt8], host: Int, isPrefix: Bool) -> Int {
        unsafe paths.value(
            of: octets.span.bytes, from: 0, count: octets.count, salt: Self.salt(host: host, isPrefix: isPrefix),
            pool: pool.span.bytes)
    }

    /// The routes at a place, in the order in which they are tried.
    func routes(at place: Int) -> some Sequence<Int> {
        let record = places[place]
        return candidates[Int(record.first)..<Int(record.first + record.count)].lazy.map { Int($0) }
    }
}
