internal import Routing

/// The tables that were in force, as far back as is kept: what they were made of, not the tables themselves.
///
/// Services and routes that stay the same are shared by all of them, so that a generation costs a reference for each, and
/// what it has changed.
struct TableHistory: Sendable {
    /// A table that was put in force.
    struct Entry: Sendable {
        var generation: UInt64
        /// Seconds since 1970.
        var installedAt: Int64
        var parts: TableAssembly.Parts
        /// What had changed.
        var summary: String
        /// What sticky cookies are made with where the configuration says nothing.
        var stickyKey: SipKey?

        /// Services and routes.
        var references: Int { parts.services.count + parts.routes.count }

        /// What its table was compiled from.
        var description: TableDescription {
            var description = parts.description(generation: generation)
            if let stickyKey { description.fill(stickyKey) }
            return description
        }
    }

    /// Generations at the most.
    static let limit = 64
    /// References of all generations together: some 16 MiB.
    static let referenceLimit = 2_000_000

    /// The oldest first.
    private(set) var entries: [Entry] = []
    private var references = 0

    /// Adds a table that was put in force; the oldest are forgotten.
    mutating func add(_ entry: Entry) {
        entries.append(entry)
        references += entry.references
        while entries.count > 1, entries.count > Self.limit || references > Self.referenceLimit {
            references -= entries.removeFirst().references
        }
    }

    /// The entry of a generation, nil if it is not kept.
    subscript(generation: UInt64) -> Entry? { entries.last { $0.generation == generation } }
}

extension TableDescription {
    /// Gives a key for cookies to services that were given none.
    mutating func fill(_ key: SipKey) {
        for index in services.indices where services[index].sticky?.key == SipKey() {
            services[index].sticky?.key = key
        }
    }
}
