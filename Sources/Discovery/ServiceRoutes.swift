internal import Routing

/// Routes that follow from services themselves: from their endpoints' attributes, or from their names alone.
///
/// A service without any `host` is `<service>.<domain>` and `<service>-<port>.<domain>` in each domain. The domain `*` is
/// any: its pattern `<service>.*` matches a host by its first label. Where several services share a name but for the port,
/// the name alone is the one's whose name it is in full, or port 80's, or 8080's, or the lowest's.
public struct ServiceRoutes: Sendable {
    /// A service with what follows from it.
    private struct Item: Sendable {
        let group: ServiceGroup
        let names: OwnNames
        let derived: [DerivedRoute]
    }

    /// Which of a service's names are its own.
    private struct OwnNames: Sendable, Equatable {
        var name: Bool
        var base: Bool
    }

    /// The domains in which services have default hosts.
    public let domains: [String]
    /// Services that nothing leads to, each with its reason.
    public private(set) var problems: [DiscoveryProblem] = []
    private var items: [Item] = []
    private var owners: [String: String] = [:]
    /// How far ahead a service is looked for that moved because others came or went.
    private static let window = 8

    /// For services in `domains`.
    public init(domains: [String]) {
        self.domains = domains
    }

    /// The routes of all `groups`, in their order.
    public mutating func update(_ groups: [ServiceGroup]) -> [DerivedRoute] {
        let isSameShape =
            groups.count == items.count
            && zip(groups, items).allSatisfy {
                $0 === $1.group || $0.name == $1.group.name && $0.isVanished == $1.group.isVanished
            }
        if !isSameShape { owners = Self.owners(groups) }
        problems.removeAll()
        var next: [Item] = []
        next.reserveCapacity(groups.count)
        var all: [DerivedRoute] = []
        all.reserveCapacity(groups.count)
        var old = 0
        for group in groups {
            let place = (old..<min(old + Self.window, items.count)).first { items[$0].group === group }
            let names = isSameShape ? items[next.count].names : ownNames(group)
            if let place, items[place].names == names {
                next.append(items[place])
            } else {
                next.append(Item(group: group, names: names, derived: derive(group, names)))
            }
            if let place { old = place + 1 }
            let derived = next[next.count - 1].derived
            all += derived
            if derived.isEmpty, !domains.isEmpty { problems.append(unreachable(group)) }
        }
        items = next
        return all
    }

    private func ownNames(_ group: ServiceGroup) -> OwnNames {
        OwnNames(
            name: owners[group.name.lowercased()] == group.name,
            base: group.base.map { owners[$0.lowercased()] == group.name } ?? false)
    }

    /// Which service has which name for its own: no two have the same.
    private static func owners(_ groups: [ServiceGroup]) -> [String: String] {
        var owners: [String: (name: String, rank: Int)] = [:]
        owners.reserveCapacity(groups.count * 2)
        func claim(_ label: String, _ group: ServiceGroup, _ rank: Int) {
            let rank = group.isVanished ? rank + 100_000 : rank
            let label = label.lowercased()
            if let other = owners[label], (other.rank, other.name) <= (rank, group.name) { return }
            owners[label] = (group.name, rank)
        }
        for group in groups {
            claim(group.name, group, -1)
            guard let base = group.base, let port = group.port else { continue }
            claim(base, group, port == 80 ? 0 : port == 8080 ? 1 : port + 1)
        }
        return owners.mapValues(\.name)
    }

    private func unreachable(_ group: ServiceGroup) -> DiscoveryProblem {
        DiscoveryProblem(
            subject: "service \(group.name)",
            reason: "its name is no label of a host, so it has no default host: give its endpoints host=NAME",
            provenance: group.provenance, severity: .notice)
    }

    private func derive(_ group: ServiceGroup, _ own: OwnNames) -> [DerivedRoute] {
        let defaults = defaultHosts([own.base ? group.base : nil, own.name ? group.name : nil].compactMap { $0 })
        let places = group.places.places
        guard !places.isEmpty else {
            guard !defaults.isEmpty else { return [] }
            var route = RouteDescription(name: group.name, provenance: group.provenance)
            route.hosts = defaults
            route.services = [WeightedService(service: group.name)]
            return [
                DerivedRoute(
                    route, isExplicit: false, isVanished: group.isVanished, isSimple: Self.isLabel(group.name))
            ]
        }
        var all: [String] = []
        for host in places.filter({ $0.part?.isVanished != true }).flatMap(\.route.route.hosts)
        where !all.contains(host) {
            all.append(host)
        }
        var named = NamedRoutes(group: group, defaults: defaults, hosts: all)
        for place in places { named.add(place) }
        return named.derived
    }

    /// The routes that a service's endpoints ask for, with names that differ.
    private struct NamedRoutes {
        let group: ServiceGroup
        /// The hosts that follow from its name.
        let defaults: [String]
        /// Those that attributes name.
        let hosts: [String]
        private(set) var derived: [DerivedRoute] = []
        private var names: Set<String> = []

        init(group: ServiceGroup, defaults: [String], hosts: [String]) {
            self.group = group
            self.defaults = defaults
            self.hosts = hosts
        }

        mutating func add(_ place: ServicePlaces.Place) {
            let asked = place.route
            var route = asked.route
            let isDefault = route.hosts.isEmpty && (place.isStandard || hosts.isEmpty)
            if route.hosts.isEmpty { route.hosts = isDefault ? defaults : hosts }
            guard !route.hosts.isEmpty else { return }
            route.name = name(of: asked, host: route.hosts.first ?? "")
            route.provenance = group.provenance
            // With a redirect nothing gets there, but it still says whose route it is.
            route.services = [WeightedService(service: place.part?.name ?? group.name)]
            derived.append(
                DerivedRoute(
                    route, policy: asked.policy, priority: asked.priority, isExplicit: !isDefault,
                    isVanished: group.isVanished || place.part?.isVanished == true, isSimple: false))
        }

        private mutating func name(of asked: EndpointRoute, host: String) -> String {
            let suffix = asked.name ?? (derived.isEmpty ? "" : host + (asked.route.paths.first ?? ""))
            let name = suffix.isEmpty ? group.name : "\(group.name)@\(ServicePlaces.word(suffix))"
            if names.insert(name).inserted { return name }
            var number = 2
            while !names.insert("\(name)#\(number)").inserted { number += 1 }
            return "\(name)#\(number)"
        }
    }

    private func defaultHosts(_ names: [String]) -> [String] {
        var hosts: [String] = []
        for domain in domains {
            for name in names where domain == "*" ? Self.isLabel(name) : Self.isHostName(name) {
                hosts.append("\(name.lowercased()).\(domain)")
            }
        }
        return hosts
    }

    /// Whether `name` is labels with dots between them: a service called `*` or `~.` must not become a pattern.
    static func isHostName(_ name: String) -> Bool {
        name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isLabel(String($0)) }
    }

    /// Whether `name` can be the first label of a host (RFC 1123 §2.1, and the underscore that people use).
    static func isLabel(_ name: String) -> Bool {
        (1...63).contains(name.utf8.count)
            && name.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
