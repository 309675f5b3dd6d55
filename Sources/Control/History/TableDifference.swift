public import Routing

/// What differs between two tables, and which keys or lines made it so.
public struct TableDifference: Sendable, Equatable, Codable {
    /// One thing that differs.
    public struct Change: Sendable, Equatable, Codable {
        /// How it differs.
        public enum Kind: String, Sendable, Codable {
            case added, removed, changed
        }

        /// How it differs.
        public var kind: Kind
        /// `endpoint web-80/10.0.0.5:80`, `route shop`, `service web-80`.
        public var subject: String
        /// What of it, secrets apart: `weight 5, was 1`.
        ///
        /// Empty for what came or went.
        public var details: [String] = []
        /// Where it came from, with the revision that it has in the newer table.
        public var now: Provenance?
        /// Where it came from in the older table.
        public var before: Provenance?
        /// Who has made it so, where it was not what `now` names: `operator`.
        public var by: String?
    }

    /// The older generation.
    public var from: UInt64
    /// The newer one.
    public var to: UInt64
    /// All that differs: endpoints, services, routes.
    public var changes: [Change] = []
    /// How many more things differ.
    public var moreChanges = 0

    /// Changes that are listed at most.
    static let listed = 1_000

    init(from old: TableHistory.Entry, to new: TableHistory.Entry) {
        from = old.generation
        to = new.generation
        let found = TableChanges(from: old.parts, to: new.parts)
        let (before, after) = (Parts(old.parts), Parts(new.parts))
        for (kind, names) in [
            (Change.Kind.added, found.addedEndpoints), (.removed, found.removedEndpoints),
            (.changed, found.changedEndpoints),
        ] {
            for name in names { add(endpoint: name, kind, before, after) }
        }
        for name in found.changedServices { add(service: name, before, after) }
        for (kind, names) in [
            (Change.Kind.added, found.addedRoutes), (.removed, found.removedRoutes), (.changed, found.changedRoutes),
        ] {
            for name in names { add(route: name, kind, before, after) }
        }
    }

    /// A table's parts, found by name.
    private struct Parts {
        let services: [String: Named<ServiceDescription>]
        let routes: [String: Named<RouteDescription>]

        init(_ parts: TableAssembly.Parts) {
            services = Dictionary(parts.services.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
            routes = Dictionary(parts.routes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        }

        func endpoint(_ name: String) -> EndpointDescription? {
            guard let slash = name.lastIndex(of: "/") else { return nil }
            let address = name[name.index(after: slash)...]
            return services[String(name[..<slash])]?.value.endpoints.first { $0.address == address }
        }
    }

    private mutating func add(_ change: Change) {
        if changes.count < Self.listed { changes.append(change) } else { moreChanges += 1 }
    }

    private mutating func add(endpoint name: String, _ kind: Change.Kind, _ before: Parts, _ after: Parts) {
        let (old, new) = (before.endpoint(name), after.endpoint(name))
        var details: [String] = []
        if let old, let new { details = ChangedFields.endpoint.compactMap { $0.difference(old, new) } }
        var change = Change(
            kind: kind, subject: "endpoint \(name)", details: details, now: new?.provenance, before: old?.provenance)
        // What else of an endpoint changes while its key stays the same is an order, or its end.
        if let old, let new, old.provenance == new.provenance,
            old.weight != new.weight || old.isDraining != new.isDraining
        {
            change.by = "operator"
        }
        add(change)
    }

    private mutating func add(service name: String, _ before: Parts, _ after: Parts) {
        let (old, new) = (before.services[name]?.value, after.services[name]?.value)
        var details: [String] = []
        if let old, let new { details = ChangedFields.service.compactMap { $0.difference(old, new) } }
        add(
            Change(
                kind: old == nil ? .added : new == nil ? .removed : .changed, subject: "service \(name)",
                details: details))
    }

    private mutating func add(route name: String, _ kind: Change.Kind, _ before: Parts, _ after: Parts) {
        let (old, new) = (before.routes[name]?.value, after.routes[name]?.value)
        var details: [String] = []
        if let old, let new { details = ChangedFields.route.compactMap { $0.difference(old, new) } }
        add(
            Change(
                kind: kind, subject: "route \(name)", details: details, now: new?.provenance, before: old?.provenance))
    }
}

extension TableDifference {
    /// For people: a line for each thing that differs.
    public var text: String {
        var text = "generation \(from) to \(to): \(changes.count + moreChanges) changes\n"
        for change in changes {
            let sign = change.kind == .added ? "+" : change.kind == .removed ? "-" : "~"
            let place = (change.now ?? change.before).map { "  \($0.words)" } ?? ""
            let details = change.details.isEmpty ? "" : "  \(change.details.joined(separator: "; "))"
            let who = change.by.map { "  by an \($0)'s order" } ?? ""
            text += "\(sign) \(change.subject)\(details)\(place)\(who)\n"
        }
        if moreChanges > 0 { text += "and \(moreChanges) more\n" }
        return text
    }
}
