/// What differs between stores for whoever keeps entries in them under sessions.
public enum StoreKind: Sendable {
    /// Sessions live as long as they say: embedded, memory.
    case plain
    /// Sessions live up to twice as long, 10 s at least: Consul.
    case consul
    /// No number can be kept beside a value, sessions live as long as they say: etcd, files.
    case flagless

    /// The kind of the store that a URL names.
    public init(_ url: StoreURL) {
        switch url {
        case .consul, .consulCatalog: self = .consul
        case .etcd, .file: self = .flagless
        case .embedded: self = .plain
        }
    }

    /// Whether a number is kept beside a value.
    public var keepsFlags: Bool { self != .flagless }

    /// The TTL of a session whose entries are to be gone after `timeToLive`, if it is renewed each `refresh`; `least` of Consul.
    public func sessionTimeToLive(
        _ timeToLive: Duration, refresh: Duration, least: Duration = .seconds(10)
    ) -> Duration {
        switch self {
        case .plain, .flagless: timeToLive
        // Not below the time between two renewals: a store with Consul's API need not grant the double.
        case .consul: max(least, min(timeToLive, max(timeToLive / 2, refresh + refresh / 3)))
        }
    }
}
