internal import Discovery
internal import Routing

/// Which route has which host and path: the first to claim one keeps it, so the stronger are added first.
///
/// Routes that differ in methods or headers do not collide; the match order decides between them.
struct RouteClaims {
    /// Where a route comes from, the strongest first.
    enum Strength: Int, Comparable {
        /// The file or the store's `routes/`.
        case operators
        /// Attributes of endpoints.
        case attributes
        /// The name of a service.
        case defaults
        /// A service without endpoints that is not forgotten yet.
        case remembered

        static func < (first: Strength, second: Strength) -> Bool { first.rawValue < second.rawValue }
    }

    /// The routes as they stand, in the order in which they were added.
    private(set) var routes: [Named<RouteDescription>] = []
    /// Hosts and paths that somebody asked for and did not get.
    private(set) var problems: [DiscoveryProblem] = []
    private var owners: [String: (route: Int, strength: Strength)] = [:]
    private var names: Set<String> = []

    /// Adds `route` with the hosts and paths that are still free.
    mutating func add(_ named: Named<RouteDescription>, strength: Strength) {
        let route = named.value
        let hosts = route.hosts.isEmpty ? [""] : route.hosts
        let paths = route.paths.isEmpty ? [""] : route.paths
        let condition = Self.condition(of: route)
        var free: [(host: String, paths: [String])] = []
        for host in hosts {
            let open = paths.filter { path in
                isFree(Self.key(host, path, condition), host: host, path: path, for: route, strength)
            }
            if !open.isEmpty { free.append((host, open)) }
        }
        let whole = free.filter { $0.paths.count == paths.count }.map(\.host)
        if !whole.isEmpty { append(named, hosts: whole, paths: paths, condition, strength) }
        for part in free where part.paths.count < paths.count {
            append(named, hosts: [part.host], paths: part.paths, condition, strength)
        }
    }

    /// Adds a route whose hosts no other such route has, with those that nobody stronger has.
    ///
    /// - Parameter isNoted: whether weaker routes follow, which must find it.
    mutating func addSimple(_ named: Named<RouteDescription>, isNoted: Bool) {
        let isAlone = owners.isEmpty && names.isEmpty
        if !isNoted, isAlone || isUntouched(named.value) {
            routes.append(named)
        } else {
            add(named, strength: .defaults)
        }
    }

    private func isUntouched(_ route: RouteDescription) -> Bool {
        !names.contains(route.name) && !route.hosts.contains { owners[$0] != nil }
    }

    private mutating func append(
        _ named: Named<RouteDescription>, hosts: [String], paths: [String], _ condition: String, _ strength: Strength
    ) {
        var part = named.value
        let isWhole = hosts.count >= part.hosts.count && paths.count >= part.paths.count
        if !isWhole {
            if !part.hosts.isEmpty { part.hosts = hosts }
            if !part.paths.isEmpty { part.paths = paths }
        }
        let name = freeName(part)
        let index = routes.count
        if isWhole, name == part.name {
            routes.append(named)
        } else {
            part.name = name
            routes.append(Named(name, part))
        }
        for host in hosts {
            for path in paths { owners[Self.key(host, path, condition)] = (index, strength) }
        }
    }

    private mutating func freeName(_ route: RouteDescription) -> String {
        if names.insert(route.name).inserted { return route.name }
        let longer = "\(route.name)@\(route.hosts.first ?? "service")\(route.paths.first ?? "")"
        if names.insert(longer).inserted { return longer }
        var number = 2
        while !names.insert("\(longer)#\(number)").inserted { number += 1 }
        return "\(longer)#\(number)"
    }

    private mutating func isFree(
        _ key: String, host: String, path: String, for route: RouteDescription, _ strength: Strength
    ) -> Bool {
        guard let owner = owners[key] else { return true }
        let other = routes[owner.route].value
        // A default that gives way to what somebody asked for is how it is meant to be.
        guard strength <= .attributes else { return false }
        let place = (host.isEmpty ? "any host" : host) + path
        problems.append(
            DiscoveryProblem(
                subject: "route \(route.name)",
                reason:
                    "\(place) is route \(other.name)'s (\(other.provenance.source)): give one of them another host or path",
                provenance: route.provenance, severity: owner.strength < strength ? .notice : .warning))
        return false
    }

    /// What tells a place from others.
    static func key(_ host: String, _ path: String, _ condition: String) -> String {
        let host = host.hasPrefix("~") ? host : host == "*" ? "" : canonical(host)
        // No default route has more than a host: its key costs nothing.
        return path.isEmpty && condition.isEmpty ? host : "\(host)\n\(path)\n\(condition)"
    }

    private static func canonical(_ host: String) -> String {
        let isCanonical = host.utf8.allSatisfy { !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) && $0 < 0x80 }
        let lower = isCanonical ? host : host.lowercased()
        return lower.hasSuffix(".") ? String(lower.dropLast()) : lower
    }

    /// What a request must have besides.
    static func condition(of route: RouteDescription) -> String {
        guard !route.methods.isEmpty || !route.headers.isEmpty else { return "" }
        let headers = route.headers.map { "\($0.name.lowercased()):\($0.value)" }.sorted()
        return (route.methods.sorted() + headers).joined(separator: "\n")
    }
}
