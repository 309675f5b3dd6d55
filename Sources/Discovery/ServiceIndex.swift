/// Endpoints gathered into services; a service of which nothing changed stays the same object.
///
/// A service that loses its last endpoint is remembered for a while without any, so that its clients hear "no endpoint"
/// (503) while its containers are replaced, and no catch-all route takes them for its own. So is each place of a service whose
/// endpoints ask for different ones.
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
    private var lost = LostPlaces(limit: Self.rememberedLimit)

    /// No services.
    public init() {}

    /// When the next remembered service or place is forgotten, if there is one.
    public var nextExpiry: Duration? {
        [remembered.values.map(\.until).min(), lost.nextExpiry].compactMap { $0 }.min()
    }

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
                if Self.isSame(living[old - 1].entries, slice), !lost.isDue(first.service, now: now) {
                    next.append(living[old - 1])
                    continue
                }
                lost.note(
                    Self.missing(from: living[old - 1].entries, in: slice), of: first.service, until: now + Self.memory)
            }
            let places = lost.places(of: first.service, besides: slice, now: now)
            next.append(ServiceGroup(name: first.service, first: first, entries: slice, lost: places))
        }
        gone += living[old...]
        living = next
        remember(gone, now: now)
        lost.expire(now: now)
        groups = living
        if !remembered.isEmpty { groups += remembered.values.map(\.group).sorted { $0.name < $1.name } }
    }

    private mutating func remember(_ gone: [ServiceGroup], now: Duration) {
        for group in gone where remembered.count < Self.rememberedLimit {
            remembered[group.name] = (ServiceGroup(vanished: group), now + Self.memory)
            lost.note(group.entries, of: group.name, until: now + Self.memory)
        }
        guard !remembered.isEmpty else { return }
        let names = Set(living.map(\.name))
        remembered = remembered.filter { !names.contains($0.key) && $0.value.until > now }
    }

    /// The entries of `old` whose keys `new` does not have; both are sorted.
    private static func missing(from old: [EndpointEntry], in new: ArraySlice<EndpointEntry>) -> [EndpointEntry] {
        var rest = new
        return old.filter { entry in
            rest = rest.drop { precedes($0.key, entry.key) }
            return rest.first?.key != entry.key
        }
    }

    private static func isSame(_ old: [EndpointEntry], _ new: ArraySlice<EndpointEntry>) -> Bool {
        old.count == new.count && zip(old, new).allSatisfy { $0 === $1 }
    }
}
