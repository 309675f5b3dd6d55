/// What a template asks the store for.
///
/// Two queries are the same watch if they are equal.
public enum StoreQuery: Sendable, Hashable, CustomStringConvertible {
    /// A key's value; `isBlocking` if the template waits for it to be there.
    case key(String, QueryScope, isBlocking: Bool)
    /// All keys that begin with a prefix.
    case prefix(String, QueryScope)
    /// Instances of a service.
    case service(ServiceQuery)
    /// The names of all services.
    case services(QueryScope)
    /// All nodes; `near` as of ``ServiceQuery/near``.
    case nodes(near: String?, QueryScope)
    /// A node and its services; nil: the agent's own.
    case node(String?, QueryScope)

    /// Its name in logs, which consul-template's logs have too: `kv.block(app/port@dc2)`.
    public var description: String {
        switch self {
        case .key(let key, let scope, let isBlocking):
            return "kv.\(isBlocking ? "block" : "get")(\(key)\(scope.keySuffix))"
        case .prefix(let prefix, let scope): return "kv.list(\(prefix)\(scope.keySuffix))"
        case .service(let query):
            let name = query.tag.map { "\($0)." } ?? ""
            let near = query.near.map { "~\($0)" } ?? ""
            let words = query.filters.map(\.rawValue).joined(separator: ",")
            let filters = words.isEmpty ? "" : "|\(words)"
            return
                "health.\(query.isConnect ? "connect" : "service")(\(name)\(query.name)\(query.scope.suffix)\(near)\(filters))"
        case .services(let scope): return Self.named("catalog.services", scope.suffix)
        case .nodes(let near, let scope):
            return Self.named("catalog.nodes", scope.suffix + (near.map { "~\($0)" } ?? ""))
        case .node(let name, let scope): return Self.named("catalog.node", (name ?? "") + scope.suffix)
        }
    }

    private static func named(_ kind: String, _ text: String) -> String { text.isEmpty ? kind : "\(kind)(\(text))" }
}
