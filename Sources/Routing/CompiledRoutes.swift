/// The routes of a table, compiled: records, and what goes with them.
struct CompiledRoutes: Sendable {
    /// A service and the part of the requests that is its.
    struct Share: Sendable {
        /// The largest random number that goes to it, of 32 bits.
        var last: UInt32
        /// Index into the table's services.
        var service: Int32
    }

    /// One record a route, in the order of their names.
    var records: [RouteRecord] = []
    /// Their names.
    var names: [String] = []
    /// Where a name is among them.
    var indices: [String: Int32] = [:]
    /// Where each is in the description.
    var sources: [Int32] = []
    /// What holds their statistics slots.
    var leases: [SlotLease] = []
    /// Services of all routes, each route's together.
    var shares: [Share] = []
    /// What routes do beyond forwarding.
    var actions: [RouteActions] = []
    /// Who may use them, where not everybody may.
    var accesses = CompiledAccesses()
    /// All regular expressions by their text: the next table takes over those that stay.
    var regexes: [RegexKey: Regex] = [:]
}

/// What tells one compiled regular expression from another.
struct RegexKey: Hashable, Sendable {
    /// The text.
    var pattern: String
    /// Whether case does not count.
    var isCaseless: Bool
}
