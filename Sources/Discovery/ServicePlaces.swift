internal import Routing

/// The routes that a service's endpoints ask for, and which of the endpoints answer each.
///
/// As long as all endpoints that ask for anything ask for the same, the whole service answers. Else each host is answered
/// by a part of it: those endpoints that ask for the host, and those that ask for nothing. Two containers of one image, each
/// with a host of its own, are one service by name, and still strangers to each other.
struct ServicePlaces: Sendable {
    /// A route, and the part of the service that answers; nil for the whole.
    struct Place: Sendable {
        var route: EndpointRoute
        var part: ServiceGroup?
    }

    /// What an endpoint asks for.
    private enum Wish: Hashable {
        case mount(Mount)
        case route(EndpointRoute)

        var route: EndpointRoute {
            switch self {
            case .route(let route): return route
            case .mount(let mount):
                var route = RouteDescription(name: "", provenance: Provenance(source: ""))
                route.hosts = mount.hosts
                route.paths = mount.paths
                route.stripPrefix = mount.strip
                return EndpointRoute(route: route)
            }
        }

        /// The same for each of its hosts by itself.
        var eachHost: [Wish] {
            guard case .mount(var mount) = self, mount.hosts.count > 1 else { return [self] }
            return mount.hosts.map { host in
                mount.hosts = [host]
                return .mount(mount)
            }
        }
    }

    /// What hosts have in common that one route is enough for.
    private struct Shape: Hashable {
        var paths: [String]
        var strip: String?
        var askers: [Int]
    }

    /// Each route once, in a stable order.
    private(set) var places: [Place] = []
    /// The parts that some of them lead to.
    private(set) var parts: [ServiceGroup] = []

    /// No places: those of a part are its service's.
    init() {}

    /// The places of `entries`, which are all of `group`'s.
    init(of group: ServiceGroup.Heading, entries: ArraySlice<EndpointEntry>) {
        let wishes = entries.map(Self.wishes)
        let kinds = Set(wishes.lazy.filter { !$0.isEmpty })
        guard kinds.count > 1 else {
            var seen: Set<Wish> = []
            places = (kinds.first ?? []).filter { seen.insert($0).inserted }.map { Place(route: $0.route) }
            return
        }
        var askers: [Wish: [Int]] = [:]
        var mounts: [Wish] = []
        var routes: [Wish] = []
        for (index, all) in wishes.enumerated() {
            for wish in all.flatMap(\.eachHost) where askers[wish]?.last != index {
                if askers[wish] == nil, case .mount = wish { mounts.append(wish) }
                if askers[wish] == nil, case .route = wish { routes.append(wish) }
                askers[wish, default: []].append(index)
            }
        }
        let plain = wishes.indices.filter { wishes[$0].isEmpty }
        let entries = Array(entries)
        var partsByAskers: [[Int]: ServiceGroup] = [:]
        var placesByShape: [Shape: Int] = [:]
        for wish in mounts + routes {
            let all = ((askers[wish] ?? []) + plain).sorted()
            if case .mount(let mount) = wish, !mount.hosts.isEmpty {
                let shape = Shape(paths: mount.paths, strip: mount.strip, askers: all)
                if let place = placesByShape[shape] {
                    places[place].route.route.hosts += mount.hosts
                    continue
                }
                placesByShape[shape] = places.count
            }
            let route = wish.route
            guard all.count < wishes.count else {
                places.append(Place(route: route))
                continue
            }
            if partsByAskers[all] == nil {
                let part = ServiceGroup(
                    part: name(of: route, in: group.name), of: group, entries: all.map { entries[$0] })
                partsByAskers[all] = part
                parts.append(part)
            }
            places.append(Place(route: route, part: partsByAskers[all]))
        }
    }

    /// The same routes, to a service that has lost its endpoints.
    init(vanished other: ServicePlaces) {
        places = other.places.map { Place(route: $0.route) }
    }

    private static func wishes(of entry: EndpointEntry) -> [Wish] {
        (entry.mount.isDefault ? [] : [.mount(entry.mount)]) + entry.routes.map { .route($0) }
    }

    /// The service's name, `@`, and what of the place may stand in a service's name: no slash, for identities have one.
    private func name(of route: EndpointRoute, in service: String) -> String {
        let place = route.name ?? ((route.route.hosts.first ?? "") + (route.route.paths.first ?? ""))
        let octets = place.utf8.prefix(100).map {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") ? $0 : UInt8(ascii: "_")
        }
        let name = "\(service)@\(String(decoding: octets, as: UTF8.self))"
        let taken = parts.lazy.filter { $0.name == name || $0.name.hasPrefix("\(name)#") }.count
        return taken == 0 ? name : "\(name)#\(taken + 1)"
    }

    /// `text` without what no name of a route may hold; an expression holds anything.
    static func word(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(100)
        return String(String.UnicodeScalarView(scalars.map { $0.value > 0x20 && $0.value != 0x7F ? $0 : "_" }))
    }
}
