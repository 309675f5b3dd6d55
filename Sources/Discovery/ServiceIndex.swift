/// Endpoints gathered into services; a service of which nothing changed stays the same object.
///
/// A service that loses its last endpoint is remembered for a while without any, so that its clients hear "no endpoint"
/// (503) while its containers are replaced, and no catch-all route takes them for its own.
public struct ServiceIndex: Sendable {
    /// How long a service is remembered.
    public static let memory: Duration = .seconds(600)
    /// How many are remembered at most; more than that is no replacement of containers.
    public static let rememberedLimit = 1_000

    /// All services in the order of their keys, remembered ones last.
    public private(set) var groups: [ServiceGroup] = []
    private var byName: [String: ServiceGroup] = [:]
    private var remembered: [String: (group: ServiceGroup, until: Duration)] = [:]

    /// No services.
    public init() {}

    /// When the next remembered service is forgotten, if there is one.
    public var nextExpiry: Duration? { remembered.values.map(\.until).min() }

    /// Gathers `entries`, which are in the order of their keys; `now` is any monotonic time.
    public mutating func update(_ entries: [EndpointEntry], now: Duration) {
        var next: [ServiceGroup] = []
        next.reserveCapacity(max(groups.count, 16))
        var nextByName: [String: ServiceGroup] = [:]
        nextByName.reserveCapacity(byName.count)
        var start = entries.startIndex
        while start < entries.endIndex {
            let first = entries[start]
            var end = start + 1
            while end < entries.endIndex, entries[end].service == first.service { end += 1 }
            let slice = entries[start..<end]
            let group: ServiceGroup
            if let old = byName[first.service], Self.isSame(old.entries, slice) {
                group = old
            } else {
                group = ServiceGroup(name: first.service, first: first, entries: slice)
            }
            next.append(group)
            nextByName[group.name] = group
            start = end
        }
        remember(from: byName, to: nextByName, now: now)
        byName = nextByName
        groups = next + remembered.values.map(\.group).sorted { $0.name < $1.name }
    }

    private mutating func remember(
        from old: [String: ServiceGroup], to new: [String: ServiceGroup], now: Duration
    ) {
        for (name, group) in old where new[name] == nil && remembered.count < Self.rememberedLimit {
            remembered[name] = (ServiceGroup(vanished: group), now + Self.memory)
        }
        guard !remembered.isEmpty else { return }
        remembered = remembered.filter { new[$0.key] == nil && $0.value.until > now }
    }

    private static func isSame(_ old: [EndpointEntry], _ new: ArraySlice<EndpointEntry>) -> Bool {
        old.count == new.count && zip(old, new).allSatisfy { $0 === $1 }
    }
}
