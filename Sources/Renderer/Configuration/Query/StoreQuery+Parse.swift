/// The texts that templates' functions take.
///
/// | function | text |
/// |---|---|
/// | `key`, `ls`, `tree` | `[/]KEY[?query][@dc]` |
/// | `service`, `connect` | `[tag.]name[?query][@dc][~near][\|filter,filter]` |
/// | `services` | `[?query][@dc]` |
/// | `nodes` | `[?query][@dc][~near]` |
/// | `node` | `name[?query][@dc]`, or nothing |
extension StoreQuery {
    /// The query of `key`, or of `keyOrDefault` and `keyExists`, which do not wait for the key.
    ///
    /// Of an empty text the key is empty; nothing is to be asked for then.
    public static func key(_ text: String, isBlocking: Bool) throws(StoreQueryError) -> StoreQuery {
        let (key, scope) = try keyed(text, kind: "kv.get")
        return .key(key, scope, isBlocking: isBlocking)
    }

    /// The query of `ls` and `tree`.
    public static func prefix(_ text: String) throws(StoreQueryError) -> StoreQuery {
        let (prefix, scope) = try keyed(text, kind: "kv.list")
        return .prefix(prefix, scope)
    }

    /// The query of `service` and `connect`; further arguments of theirs are joined to the text with `|`.
    public static func service(_ text: String, isConnect: Bool = false) throws(StoreQueryError) -> StoreQuery {
        let kind = "health.service"
        var parser = QueryParser(text, kind: kind)
        let head = parser.take { QueryParser.isWord($0) || "-=:.".unicodeScalars.contains($0) }
        let dot = head.lastIndex(of: ".")
        var query = ServiceQuery(name: String(head[(dot.map { head.index(after: $0) } ?? head.startIndex)...]))
        query.tag = dot.map { String(head[..<$0]) }
        let isNamed =
            !query.name.isEmpty && query.name.unicodeScalars.allSatisfy { QueryParser.isWord($0) || $0 == "-" }
        guard isNamed, query.tag?.isEmpty != true else { throw .format(kind: kind, text: text) }
        let parameters = parser.parameters()
        query.scope.datacenter = parser.name(after: "@")
        query.near = parser.name(after: "~")
        let filters = parser.skip("|") ? parser.take { QueryParser.isWord($0) || $0 == "," } : nil
        guard parser.isAtEnd, filters?.isEmpty != true else { throw .format(kind: kind, text: text) }
        // Commas alone name no state, and nothing is found, as in consul-template.
        if let filters { query.filters = try Self.filters(filters, kind: kind, text: text) }
        try parser.apply(parameters, to: &query.scope)
        query.isConnect = isConnect
        return .service(query)
    }

    /// The query of `services`.
    public static func services(_ text: String) throws(StoreQueryError) -> StoreQuery {
        var parser = QueryParser(text, kind: "catalog.services")
        return .services(try parser.scope())
    }

    /// The query of `nodes`.
    public static func nodes(_ text: String) throws(StoreQueryError) -> StoreQuery {
        var parser = QueryParser(text, kind: "catalog.nodes")
        var near: String?
        let scope = try parser.scope { parser in near = parser.name(after: "~") }
        return .nodes(near: near, scope)
    }

    /// The query of `node`.
    public static func node(_ text: String) throws(StoreQueryError) -> StoreQuery {
        guard !text.isEmpty else { return .node(nil, QueryScope()) }
        var parser = QueryParser(text, kind: "catalog.node")
        let name = parser.take { QueryParser.isWord($0) || $0 == "-" || $0 == "." }
        guard !name.isEmpty else { throw .format(kind: "catalog.node", text: text) }
        return .node(name, try parser.scope())
    }

    private static func keyed(_ text: String, kind: String) throws(StoreQueryError) -> (String, QueryScope) {
        guard !text.isEmpty else { return ("", QueryScope()) }
        var parser = QueryParser(text, kind: kind)
        var key = parser.take { $0 != "?" && $0 != "@" }
        // A slash alone is a key.
        if key.hasPrefix("/"), key.count > 1 { key.removeFirst() }
        guard !key.isEmpty else { throw .format(kind: kind, text: text) }
        return (key, try parser.scope())
    }

    private static func filters(
        _ list: String, kind: String, text: String
    ) throws(StoreQueryError) -> [HealthFilter] {
        var filters: [HealthFilter] = []
        for word in list.split(separator: ",") {
            guard let filter = HealthFilter(rawValue: String(word)) else {
                throw .filter(kind: kind, name: String(word), text: text)
            }
            filters.append(filter)
        }
        return filters.sorted { $0.rawValue < $1.rawValue }
    }
}
