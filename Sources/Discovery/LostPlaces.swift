/// Places that have lost their last endpoint: their clients hear "no endpoint" (503) for a while, as those of a whole
/// service do.
///
/// A place whose endpoint is still there and asks for another is not lost: it was moved.
struct LostPlaces: Sendable {
    private struct Lost: Sendable {
        var wish: PlaceWish
        /// The endpoint that asked for it last.
        var key: String
        var until: Duration
    }

    private var all: [String: [Lost]] = [:]
    /// How many are remembered at most; more than that is no replacement of containers.
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// When the next one is forgotten.
    var nextExpiry: Duration? { all.values.joined().map(\.until).min() }

    /// Remembers what `gone` asked for, which were endpoints of `service`.
    mutating func note(_ gone: [EndpointEntry], of service: String, until: Duration) {
        guard !gone.isEmpty else { return }
        var count = all.values.reduce(0) { $0 + $1.count }
        for entry in gone {
            for wish in PlaceWish.wishes(of: entry).flatMap(\.eachHost) {
                let lost = Lost(wish: wish, key: entry.key, until: until)
                if let place = all[service]?.firstIndex(where: { $0.wish == wish }) {
                    all[service]?[place] = lost
                } else if count < limit {
                    all[service, default: []].append(lost)
                    count += 1
                }
            }
        }
    }

    /// What is lost of `service`, whose endpoints are `entries`; all else of it is forgotten.
    mutating func places(of service: String, besides entries: ArraySlice<EndpointEntry>, now: Duration) -> [PlaceWish] {
        guard var lost = all[service] else { return [] }
        lost.removeAll { $0.until <= now }
        for entry in entries where !lost.isEmpty {
            let wishes = PlaceWish.wishes(of: entry).flatMap(\.eachHost)
            lost.removeAll { $0.key == entry.key || wishes.contains($0.wish) }
        }
        all[service] = lost.isEmpty ? nil : lost
        return lost.map(\.wish)
    }

    /// Whether something of `service` is to be forgotten.
    func isDue(_ service: String, now: Duration) -> Bool {
        all[service]?.contains { $0.until <= now } ?? false
    }

    /// Forgets what is due.
    mutating func expire(now: Duration) {
        guard let next = nextExpiry, next <= now else { return }
        all = all.mapValues { $0.filter { $0.until > now } }.filter { !$0.value.isEmpty }
    }
}
