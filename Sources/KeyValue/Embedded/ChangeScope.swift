/// What somebody waits for a change of.
enum ChangeScope: Sendable, Hashable {
    /// One key, by its octets.
    case key([UInt8])
    /// Everything under a prefix.
    case prefix([UInt8])
    /// Any session.
    case sessions
    /// Nothing ever.
    case never

    /// One key.
    static func key(_ key: String) -> ChangeScope { .key(Array(key.utf8)) }

    /// Everything under a prefix.
    static func prefix(_ prefix: String) -> ChangeScope { .prefix(Array(prefix.utf8)) }
}
