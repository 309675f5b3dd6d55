public import Routing

/// A service with all that its endpoints say of it; kept as long as none of them changes.
public final class ServiceGroup: Sendable {
    /// What a service and its parts have in common.
    struct Heading {
        var name: String
        var policy: ServicePolicy
        var provenance: Provenance
    }

    /// The whole name: `web-80`; of a part also its place, `web-80@shop.example.com`.
    public let name: String
    /// The service that the configuration's settings are for: a part's whole.
    public let settingsName: String
    /// The name without its port, `web`; nil if there is no port at its end.
    public let base: String?
    /// The port at the end of its name.
    public let port: Int?
    /// What it was made of, in the order of the keys.
    public let entries: [EndpointEntry]
    /// The service with its endpoints; all else is as the defaults are.
    public let service: ServiceDescription
    /// What its endpoints say of how it is served.
    public let policy: ServicePolicy
    /// What its endpoints say of how they are checked, each once; ``EndpointDescription/check`` counts from 1.
    public let health: [HealthSettings]
    /// Where its endpoints want it to be reached.
    let places: ServicePlaces
    /// The service's folder in the store, which stays the same whichever endpoints come and go.
    public let provenance: Provenance
    /// What is odd about it.
    public let problems: [DiscoveryProblem]
    /// It has lost its last endpoint: its hosts answer 503 rather than 404 until it is forgotten.
    public let isVanished: Bool

    /// A service of `entries`, which all have its name; there is at least one.
    ///
    /// - Parameter lost: the places of endpoints that are gone and not forgotten yet.
    init(name: String, first: EndpointEntry, entries: ArraySlice<EndpointEntry>, lost: [PlaceWish] = []) {
        self.name = name
        settingsName = name
        (base, port) = Self.split(name)
        self.entries = Array(entries)
        provenance = Self.place(of: first)
        isVanished = false
        var problems: [DiscoveryProblem] = []
        var service = ServiceDescription(name: name)
        (service.endpoints, health) = Self.endpoints(of: entries, problems: &problems)
        self.service = service
        policy = Self.policy(of: name, entries, problems: &problems)
        places = ServicePlaces(
            of: Heading(name: name, policy: policy, provenance: provenance), entries: entries, lost: lost)
        self.problems = problems
    }

    /// Those endpoints of a service that have a place of their own, or have had it; what is odd about them, the whole says.
    init(part name: String, of whole: Heading, entries: [EndpointEntry]) {
        self.name = name
        settingsName = whole.name
        (base, port) = Self.split(whole.name)
        self.entries = entries
        provenance = whole.provenance
        isVanished = entries.isEmpty
        var known: [DiscoveryProblem] = []
        var service = ServiceDescription(name: name)
        (service.endpoints, health) = Self.endpoints(of: entries[...], problems: &known)
        self.service = service
        // Who may use one container is no matter of another's.
        var policy = whole.policy
        policy.access = Self.policy(of: name, entries[...], problems: &known).access
        self.policy = policy
        places = ServicePlaces()
        problems = []
    }

    /// What stays of `group` when its last endpoint has gone.
    init(vanished group: ServiceGroup) {
        name = group.name
        settingsName = group.settingsName
        base = group.base
        port = group.port
        entries = []
        service = ServiceDescription(name: group.name)
        policy = group.policy
        health = []
        places = ServicePlaces(vanished: group.places)
        provenance = group.provenance
        problems = []
        isVanished = true
    }

    /// Those of its endpoints that have places of their own, as services beside the whole.
    public var parts: [ServiceGroup] { places.parts }

    /// Whether its keys come before `entry`'s, which is another service's.
    func comesBefore(_ entry: EndpointEntry) -> Bool {
        guard let first = entries.first else { return true }
        return precedes(first.key, entry.key)
    }

    private static func place(of entry: EndpointEntry) -> Provenance {
        let source = entry.endpoint.provenance.source
        let end = source.lastIndex(of: "/").map { source.index(after: $0) } ?? source.endIndex
        return Provenance(source: String(source[..<end]))
    }

    /// Of several keys with one address the one that was written last counts.
    private static func endpoints(
        of entries: ArraySlice<EndpointEntry>, problems: inout [DiscoveryProblem]
    ) -> (endpoints: [EndpointDescription], health: [HealthSettings]) {
        var newest: [String: EndpointEntry] = [:]
        for entry in entries {
            guard let other = newest[entry.endpoint.address] else {
                newest[entry.endpoint.address] = entry
                continue
            }
            let (kept, dropped) = entry.revision > other.revision ? (entry, other) : (other, entry)
            newest[entry.endpoint.address] = kept
            problems.append(
                DiscoveryProblem(
                    subject: dropped.key,
                    reason: "\(kept.key) has the same address \(kept.endpoint.address) and counts: delete one of them",
                    provenance: dropped.endpoint.provenance, severity: .notice))
        }
        guard newest.count < entries.count else { return checked(entries) }
        return checked(entries.filter { newest[$0.endpoint.address] === $0 }[...])
    }

    /// The entries' endpoints, each with the number of its settings.
    private static func checked(
        _ entries: ArraySlice<EndpointEntry>
    ) -> (endpoints: [EndpointDescription], health: [HealthSettings]) {
        var health: [HealthSettings] = []
        let endpoints = entries.map { entry in
            guard !entry.health.isEmpty else { return entry.endpoint }
            var endpoint = entry.endpoint
            if let known = health.firstIndex(of: entry.health) {
                endpoint.check = known + 1
            } else {
                health.append(entry.health)
                endpoint.check = health.count
            }
            return endpoint
        }
        return (endpoints, health)
    }

    /// Of what several endpoints say differently, the first one's word counts.
    private static func policy(
        of name: String, _ entries: ArraySlice<EndpointEntry>, problems: inout [DiscoveryProblem]
    ) -> ServicePolicy {
        var policy = ServicePolicy()
        guard let first = entries.first(where: { $0.policy != policy }) else { return policy }
        policy = first.policy
        for entry in entries where entry.policy != policy {
            let differing = policy.fill(from: entry.policy)
            guard !differing.isEmpty else { continue }
            problems.append(
                DiscoveryProblem(
                    subject: entry.key,
                    reason: "its \(differing.joined(separator: ", ")) differs from what others say, which counts: "
                        + "give all of \(name) the same",
                    provenance: entry.endpoint.provenance, severity: .notice))
            break
        }
        return policy
    }

    /// `web-80` is `web` and 80; `web` has no port.
    static func split(_ name: String) -> (base: String?, port: Int?) {
        guard let dash = name.lastIndex(of: "-"), dash != name.startIndex,
            let port = decimal(name[name.index(after: dash)...], in: 1...65535)
        else { return (nil, nil) }
        return (String(name[..<dash]), port)
    }
}
