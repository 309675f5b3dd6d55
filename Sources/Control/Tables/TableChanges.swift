internal import Routing

/// What changed from one table to the next; revisions alone are no change.
public struct TableChanges: Sendable, Equatable {
    /// Endpoints that came, as `web-80/10.0.0.5:80`.
    public private(set) var addedEndpoints: [String] = []
    /// Endpoints that went.
    public private(set) var removedEndpoints: [String] = []
    /// Endpoints that are served otherwise than before.
    public private(set) var changedEndpoints: [String] = []
    /// Routes that came, by name.
    public private(set) var addedRoutes: [String] = []
    /// Routes that went.
    public private(set) var removedRoutes: [String] = []
    /// Routes that lead elsewhere than before.
    public private(set) var changedRoutes: [String] = []
    /// Services that came, went or are served otherwise, their endpoints apart.
    public private(set) var changedServices: [String] = []

    /// From `old` to `new`.
    init(from old: TableAssembly.Parts, to new: TableAssembly.Parts) {
        Self.walk(old.services, new.services) { name, before, after in
            compareServices(name, before, after)
        }
        Self.walk(old.routes, new.routes) { name, before, after in
            guard let before else { return addedRoutes.append(name) }
            guard let after else { return removedRoutes.append(name) }
            var same = before
            same.provenance.revision = after.provenance.revision
            if same != after { changedRoutes.append(name) }
        }
    }

    /// Nothing changed.
    public var isEmpty: Bool {
        addedEndpoints.isEmpty && removedEndpoints.isEmpty && changedEndpoints.isEmpty && addedRoutes.isEmpty
            && removedRoutes.isEmpty && changedRoutes.isEmpty && changedServices.isEmpty
    }

    /// Whether routes came, went or lead elsewhere.
    var touchesRoutes: Bool { !(addedRoutes.isEmpty && removedRoutes.isEmpty && changedRoutes.isEmpty) }

    /// `endpoints +2 -1 ~0 (web-80/10.0.0.5:80, ...), routes +1 -0 ~0 (web-80)`: counts and the first few names.
    public var summary: String {
        let parts = [
            Self.summary("endpoints", addedEndpoints, removedEndpoints, changedEndpoints),
            Self.summary("routes", addedRoutes, removedRoutes, changedRoutes),
            changedServices.isEmpty
                ? nil : "services ~\(changedServices.count) \(Self.names(changedServices, sign: "~"))",
        ]
        return parts.compactMap { $0 }.joined(separator: ", ")
    }

    private static func summary(
        _ what: String, _ added: [String], _ removed: [String], _ changed: [String]
    ) -> String? {
        if added.isEmpty, removed.isEmpty, changed.isEmpty { return nil }
        let named = [(added, "+"), (removed, "-"), (changed, "~")].flatMap { list, sign in
            list.prefix(4).map { sign + $0 }
        }
        let total = added.count + removed.count + changed.count
        let more = total > min(named.count, 4) ? ", ..." : ""
        let list = named.prefix(4).joined(separator: ", ")
        return "\(what) +\(added.count) -\(removed.count) ~\(changed.count) (\(list)\(more))"
    }

    private static func names(_ list: [String], sign: String) -> String {
        "(" + list.prefix(4).joined(separator: ", ") + (list.count > 4 ? ", ..." : "") + ")"
    }

    private mutating func compareServices(
        _ name: String, _ before: ServiceDescription?, _ after: ServiceDescription?
    ) {
        compareEndpoints(name, before?.endpoints ?? [], after?.endpoints ?? [])
        guard var before, let after else {
            // A service comes with its endpoints; without any it is worth a word of its own.
            if (before ?? after)?.endpoints.isEmpty == true { changedServices.append(name) }
            return
        }
        before.endpoints = after.endpoints
        if before != after { changedServices.append(name) }
    }

    private mutating func compareEndpoints(
        _ service: String, _ before: [EndpointDescription], _ after: [EndpointDescription]
    ) {
        // Unchanged services share their arrays, so this is a comparison of pointers for all but a few.
        if before == after { return }
        var old = Dictionary(before.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        for endpoint in after {
            let name = "\(service)/\(endpoint.address)"
            guard var same = old.removeValue(forKey: endpoint.address) else {
                addedEndpoints.append(name)
                continue
            }
            same.provenance.revision = endpoint.provenance.revision
            if same != endpoint { changedEndpoints.append(name) }
        }
        for endpoint in before where old[endpoint.address] != nil {
            removedEndpoints.append("\(service)/\(endpoint.address)")
        }
    }

    /// Calls `body` for each name of either list, unless it has the same object in both, with what it has there.
    private static func walk<Item>(
        _ old: [Named<Item>], _ new: [Named<Item>], _ body: (String, Item?, Item?) -> Void
    ) {
        var i = old.startIndex
        var j = new.startIndex
        while i < old.endIndex, j < new.endIndex {
            let (first, second) = (old[i], new[j])
            if first === second {
                i += 1
                j += 1
            } else if first.name == second.name {
                body(first.name, first.value, second.value)
                i += 1
                j += 1
            } else if first.name < second.name {
                body(first.name, first.value, nil)
                i += 1
            } else {
                body(second.name, nil, second.value)
                j += 1
            }
        }
        for item in old[i...] { body(item.name, item.value, nil) }
        for item in new[j...] { body(item.name, nil, item.value) }
    }
}
