/// What came, went and changed from one description to the next: what a log line about a new table says.
///
/// Where an entry came from does not count: a store's new revision of the same value is no change.
public struct TableDifference: Sendable, Equatable {
    /// Names of one kind of entry, each list sorted.
    public struct Changes: Sendable, Equatable {
        /// Those that were not there before.
        public var added: [String] = []
        /// Those that are there no more.
        public var removed: [String] = []
        /// Those that are there in both and say something else.
        public var changed: [String] = []

        /// No changes.
        public init() {}
        /// Whether nothing changed.
        public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
    }

    /// Routes by name.
    public var routes = Changes()
    /// Services by name; `changed` are those whose own settings did, not only their endpoints.
    public var services = Changes()
    /// Endpoints as `service/address`.
    public var endpoints = Changes()

    /// The changes from `old` to `new`.
    ///
    /// Takes time in proportion to both; services that are equal as a whole are not looked into.
    public init(from old: TableDescription, to new: TableDescription) {
        routes = Self.changes(
            from: Self.byName(old.routes, \.name), to: Self.byName(new.routes, \.name)
        ) { one, two in
            var two = two
            two.provenance = one.provenance
            return one == two
        }
        let oldServices = Self.byName(old.services, \.name)
        let newServices = Self.byName(new.services, \.name)
        services = Self.changes(from: oldServices, to: newServices) { one, two in
            var (one, two) = (one, two)
            one.endpoints = []
            two.endpoints = []
            return one == two
        }
        for (name, service) in newServices where oldServices[name] != service {
            compareEndpoints(of: name, oldServices[name]?.endpoints ?? [], service.endpoints)
        }
        for (name, service) in oldServices where newServices[name] == nil {
            compareEndpoints(of: name, service.endpoints, [])
        }
        endpoints.added.sort()
        endpoints.removed.sort()
        endpoints.changed.sort()
    }

    /// Whether the two say the same.
    public var isEmpty: Bool { routes.isEmpty && services.isEmpty && endpoints.isEmpty }

    private mutating func compareEndpoints(
        of service: String, _ old: [EndpointDescription], _ new: [EndpointDescription]
    ) {
        let changes = Self.changes(from: Self.byName(old, \.address), to: Self.byName(new, \.address)) { one, two in
            var two = two
            two.provenance = one.provenance
            return one == two
        }
        endpoints.added += changes.added.map { "\(service)/\($0)" }
        endpoints.removed += changes.removed.map { "\(service)/\($0)" }
        endpoints.changed += changes.changed.map { "\(service)/\($0)" }
    }

    /// The first of each name: the one that a table takes.
    private static func byName<Entry>(_ entries: [Entry], _ name: (Entry) -> String) -> [String: Entry] {
        Dictionary(entries.map { (name($0), $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func changes<Entry>(
        from old: [String: Entry], to new: [String: Entry], isSame: (Entry, Entry) -> Bool
    ) -> Changes {
        var changes = Changes()
        for (name, entry) in new {
            if let before = old[name] {
                if !isSame(before, entry) { changes.changed.append(name) }
            } else {
                changes.added.append(name)
            }
        }
        changes.removed = old.keys.filter { new[$0] == nil }.sorted()
        changes.added.sort()
        changes.changed.sort()
        return changes
    }
}

extension TableDifference: CustomStringConvertible {
    /// `routes +1 -0 ~0, services ...`: counts, for a log line.
    public var description: String {
        [("routes", routes), ("services", services), ("endpoints", endpoints)].map { kind, changes in
            "\(kind) +\(changes.added.count) -\(changes.removed.count) ~\(changes.changed.count)"
        }.joined(separator: ", ")
    }
}
