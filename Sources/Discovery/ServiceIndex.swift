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
    /// Those that have endpoints.
    private var living: [ServiceGroup] = []
    private var remembered: [String: (group: ServiceGroup, until: Duration)] = [:]

    /// No services.
    public init() {}

    /// When the next remembered service is forgotten, if there is one.
    public var nextExpiry: Duration? { remembered.values.map(\.until).min() }

    /// Gathers `entries`, which are in the order of their keys; `now` is any monotonic time.
    public mutating func update(_ entries: [EndpointEntry], now: Duration) {
        var next: [ServiceGroup] = []
        next.reserveCapacity(max(living.count, 16))
        var gone: [ServiceGroup] = []
        var old = living.startIndex
        var start = entries.startIndex
        while start < entries.endIndex {
            let first = entries[start]
            var end = start + 1
            while end < entries.endIndex, entries[end].service == first.service { end += 1 }
            let slice = entries[start..<end]
            start = end
            while old < living.endIndex, living[old].name != first.service, living[old].comesBefore(first) {
                gone.append(living[old])
                old += 1
            }
            if old < living.endIndex, living[old].name == first.service {
                old += 1
                if Self.isSame(living[old - 1].entries, slice) {
                    next.append(living[old - 1])
                    continue
                }
            }
            next.append(ServiceGroup(name: first.service, first: first, entries: slice))
        }
        gone += living[old...]
        living = next
        remember(gone, now: now)
        groups = living
        if !remembered.isEmpty { groups += remembered.values.map(\.group).sorted { $0.name < $1.name } }
    }

    private mutating func remember(_ gone: [ServiceGroup], now: Duration) {
        for group in gone where remembered.count < Self.rememberedLimit {
            remembered[group.name] = (ServiceGroup(vanished: group), now + Self.memory)
        }
        guard !remembered.isEmpty else { return }
        let names = Set(living.map(\.name))
        remembered = remembered.filter { !names.contains($0.key) && $0.value.until > now }
    }

    private static func isSame(_ old: [EndpointEntry], _ new: ArraySlice<EndpointEntry>) -> Bool {
        old.count == new.count && zip(old, new).allSatisfy { $0 === $1 }
    }
}
