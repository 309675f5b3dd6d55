internal import Discovery
internal import Routing

/// Places that the endpoints of several services ask for, each of them in the same way: all of them answer, as one service.
///
/// Containers that share a host are one pool to nginx-proxy and to fabio, whatever their images are called; and a host that
/// moves from one image to another is served by both in between.
struct RoutePools {
    /// A route that follows from a service, and what it is in a table.
    typealias Item = (item: DerivedRoute, route: Named<RouteDescription>)

    /// A place, and which of the routes want it.
    private struct Cell {
        var host: String
        var path: String
        var askers: [Int]
    }

    /// The routes as they are now, in their order; those of pools stand where the first that asks stood.
    private(set) var items: [Item]
    /// The services that pools are made of, by the pool's name, the strongest first.
    private(set) var members: [String: [String]] = [:]
    /// Each place that is shared, for those who did not mean it.
    private(set) var notices: [DiscoveryProblem] = []
    private var names: [[String]: String] = [:]

    /// The pools of `items`, the strongest first; services that `mayJoin` does not let share anything do not.
    init(_ items: [Item], mayJoin: (String, String) -> Bool) {
        self.items = items
        let cells = Self.sharedCells(items, mayJoin: mayJoin)
        guard !cells.isEmpty else { return }
        var places: [Int: [Cell]] = [:]
        for cell in cells {
            for asker in cell.askers { places[asker, default: []].append(cell) }
        }
        self.items = []
        for (index, item) in items.enumerated() {
            guard let cells = places[index] else {
                self.items.append(item)
                continue
            }
            for cell in cells where cell.askers.first == index { addPool(of: cell, items) }
            addRest(of: item, without: cells)
        }
    }

    // MARK: Places

    /// The places that more than one route wants, in the order of the routes.
    private static func sharedCells(_ items: [Item], mayJoin: (String, String) -> Bool) -> [Cell] {
        var first: [String: Int] = [:]
        var numbers: [String: Int] = [:]
        var cells: [Cell] = []
        first.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            let route = item.route.value
            let condition = RouteClaims.condition(of: route)
            for host in route.hosts.isEmpty ? [""] : route.hosts {
                for path in route.paths.isEmpty ? [""] : route.paths {
                    let key = RouteClaims.key(host, path, condition)
                    guard let owner = first[key] else {
                        first[key] = index
                        continue
                    }
                    guard isAlike(items[owner], item, mayJoin) else { continue }
                    let number = numbers[key] ?? cells.count
                    if number == cells.count {
                        numbers[key] = number
                        cells.append(Cell(host: host, path: path, askers: [owner]))
                    }
                    if cells[number].askers.last != index { cells[number].askers.append(index) }
                }
            }
        }
        return cells
    }

    /// Whether two routes of several services do the same with the requests that they get.
    private static func isAlike(_ first: Item, _ second: Item, _ mayJoin: (String, String) -> Bool) -> Bool {
        guard first.item.priority == second.item.priority,
            let one = first.route.value.services.first?.service, let other = second.route.value.services.first?.service,
            one != other
        else { return false }
        var route = second.route.value
        let model = first.route.value
        route.name = model.name
        (route.hosts, route.paths) = (model.hosts, model.paths)
        (route.services, route.provenance) = (model.services, model.provenance)
        return route == model && mayJoin(one, other)
    }

    // MARK: Routes

    private mutating func addPool(of cell: Cell, _ items: [Item]) {
        let services = cell.askers.compactMap { items[$0].route.value.services.first?.service }
        let (item, model) = items[cell.askers[0]]
        let place = (cell.host.isEmpty ? "any host" : cell.host) + cell.path
        let name = name(of: services, place: cell.host + cell.path)
        notices.append(
            DiscoveryProblem(
                subject: "route \(model.name)",
                reason:
                    "\(place) is answered by \(services.joined(separator: ", ")) together: give one of them another "
                    + "host or path if that is not meant",
                provenance: model.value.provenance, severity: .notice))
        var route = model.value
        route.services = [WeightedService(service: name)]
        if !route.hosts.isEmpty { route.hosts = [cell.host] }
        if !route.paths.isEmpty { route.paths = [cell.path] }
        // Another host of the same pool needs no route of its own.
        if let last = self.items.last?.route.value, last.services == route.services, last.paths == route.paths,
            !route.hosts.isEmpty
        {
            route.hosts = last.hosts + route.hosts
            self.items.removeLast()
        }
        self.items.append((item, Named(route.name, route)))
    }

    /// What of a route is its service's alone.
    private mutating func addRest(of item: Item, without cells: [Cell]) {
        let whole = item.route.value
        var free = whole
        free.hosts = []
        for host in whole.hosts.isEmpty ? [""] : whole.hosts {
            let shared = cells.filter { $0.host == host }.map(\.path)
            guard !shared.isEmpty else {
                free.hosts.append(host)
                continue
            }
            var part = whole
            part.paths.removeAll { shared.contains($0) }
            if !whole.hosts.isEmpty { part.hosts = [host] }
            if !part.paths.isEmpty { items.append((item.item, Named(part.name, part))) }
        }
        if !free.hosts.isEmpty { items.append((item.item, Named(free.name, free))) }
    }

    /// One name for the same services: that of the first place which they share.
    private mutating func name(of services: [String], place: String) -> String {
        if let known = names[services] { return known }
        // No slash, for identities have one; no service of the store can begin like this without asking for it.
        let octets = place.utf8.prefix(100).map {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") ? $0 : UInt8(ascii: "_")
        }
        let base = "@\(String(decoding: octets, as: UTF8.self))"
        var name = base
        var number = 2
        while members[name] != nil {
            name = "\(base)#\(number)"
            number += 1
        }
        names[services] = name
        members[name] = services
        return name
    }
}

extension ServiceDescription {
    /// All endpoints of `members` as one service; all else is as the first has it.
    ///
    /// - Parameter members: at least one.
    init?(pool name: String, of members: [ServiceDescription]) {
        guard let first = members.first else { return nil }
        self = first
        self.name = name
        endpoints = []
        let isChecked = members.contains { !$0.checks.isEmpty }
        if isChecked, checks.isEmpty { checks = [HealthPolicy()] }
        var addresses: Set<String> = []
        for member in members {
            for var endpoint in member.endpoints where addresses.insert(endpoint.address).inserted {
                if isChecked {
                    let isKnown = member.checks.indices.contains(endpoint.check)
                    let check = isKnown ? member.checks[endpoint.check] : HealthPolicy()
                    endpoint.check = checks.firstIndex(of: check) ?? checks.count
                    if endpoint.check == checks.count { checks.append(check) }
                }
                endpoints.append(endpoint)
            }
        }
    }

    /// Whether endpoints of both may be reached as those of one service are.
    func isReached(like other: ServiceDescription) -> Bool {
        self.protocol == other.protocol && tls == other.tls
    }
}
