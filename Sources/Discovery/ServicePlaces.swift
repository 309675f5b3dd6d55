internal import Routing

/// The routes that a service's endpoints ask for, and which of the endpoints answer each.
///
/// As long as all of them ask for the same, or for nothing, the whole service answers. Else each place is answered by a part
/// of it: those endpoints that ask for it; those that ask for nothing answer at the service's default hosts. Two containers
/// of one image, each with a host of its own, are one service by name, and still strangers to each other; and so is one
/// that only works beside them.
struct ServicePlaces: Sendable {
    /// A route, and the part of the service that answers; nil for the whole.
    struct Place: Sendable {
        var route: EndpointRoute
        var part: ServiceGroup?
        /// Its hosts are the service's default ones.
        var isStandard = false
    }

    /// What hosts have in common that one route is enough for.
    private struct Shape: Hashable {
        var paths: [String]
        var strip: String?
        var askers: [Int]
    }

    /// Each route once, in a stable order; none if all endpoints are to be reached at the default hosts.
    private(set) var places: [Place] = []
    /// The parts that some of them lead to.
    private(set) var parts: [ServiceGroup] = []

    /// No places: those of a part are its service's.
    init() {}

    /// The places of `entries`, which are all of `group`'s.
    ///
    /// - Parameter lost: what endpoints asked for that are gone: nobody answers there.
    init(of group: ServiceGroup.Heading, entries: ArraySlice<EndpointEntry>, lost: [PlaceWish] = []) {
        let wishes = entries.map(PlaceWish.wishes)
        guard !lost.isEmpty || wishes.contains(where: { $0 != wishes.first }) else {
            var seen: Set<PlaceWish> = [.standard]
            places = (wishes.first ?? []).filter { seen.insert($0).inserted }.map { Place(route: $0.route) }
            return
        }
        var askers: [PlaceWish: [Int]] = [:]
        var mounts: [PlaceWish] = []
        var others: [PlaceWish] = []
        func take(_ wish: PlaceWish, _ index: Int?) {
            if askers[wish] == nil {
                if case .mount = wish { mounts.append(wish) } else { others.append(wish) }
                askers[wish] = []
            }
            if let index, askers[wish]?.last != index { askers[wish]?.append(index) }
        }
        for (index, all) in wishes.enumerated() {
            for wish in all.flatMap(\.eachHost) { take(wish, index) }
        }
        for wish in lost { take(wish, nil) }
        let entries = Array(entries)
        var partsByAskers: [[Int]: ServiceGroup] = [:]
        var placesByShape: [Shape: Int] = [:]
        for wish in mounts + others {
            let all = askers[wish] ?? []
            if case .mount(let mount) = wish, !mount.hosts.isEmpty {
                let shape = Shape(paths: mount.paths, strip: mount.strip, askers: all)
                if let place = placesByShape[shape] {
                    places[place].route.route.hosts += mount.hosts
                    continue
                }
                placesByShape[shape] = places.count
            }
            var place = Place(route: wish.route, isStandard: wish == .standard)
            if all.count < entries.count {
                if partsByAskers[all] == nil {
                    let part = ServiceGroup(
                        part: name(of: place, in: group.name), of: group, entries: all.map { entries[$0] })
                    partsByAskers[all] = part
                    parts.append(part)
                }
                place.part = partsByAskers[all]
            }
            places.append(place)
        }
    }

    /// The same routes, to a service that has lost its endpoints.
    init(vanished other: ServicePlaces) {
        places = other.places.map { Place(route: $0.route, isStandard: $0.isStandard) }
    }

    /// The service's name, `@`, and what of the place may stand in a service's name: no slash, for identities have one.
    private func name(of place: Place, in service: String) -> String {
        let route = place.route
        let text =
            place.isStandard
            ? "default" : route.name ?? ((route.route.hosts.first ?? "") + (route.route.paths.first ?? ""))
        let octets = text.utf8.prefix(100).map {
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
