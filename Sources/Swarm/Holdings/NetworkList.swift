/// The networks of the cluster: those of one engine under its name, those of all engines once.
enum NetworkList {
    /// The filters that are understood.
    static let filters: Set<String> = ["dangling", "driver", "id", "label", "name", "node", "scope", "type"]

    /// A network and the engine that told of it.
    struct Found: Sendable, Equatable {
        var network: JSONValue
        var engine: EngineHoldings
        /// Whether it is the engine's alone.
        var isLocal: Bool { network["Scope"].text == "local" }
        /// Its ID.
        var id: String { network["Id"].text ?? "" }
    }

    /// The networks that `filters` ask for.
    static func list(_ engines: [EngineHoldings], _ filters: ListFilters) throws(RequestError) -> [JSONValue] {
        for type in filters["type"] where type != "custom" && type != "builtin" {
            throw RequestError(400, "invalid filter: 'type'='\(type)'")
        }
        let chosen = all(engines).filter { found in
            let bare = found.network["Name"].text ?? ""
            let shown = name(of: found)
            let isBuiltin = ["bridge", "host", "none"].contains(bare)
            return filters.allows("type") { ($0 == "builtin") == isBuiltin }
                && filters.allows("id") { found.id.hasPrefix($0) } && filters.allowsPattern("name", [shown, bare])
                && filters.allows("driver") { $0 == found.network["Driver"].text }
                && filters.allows("scope") { $0 == found.network["Scope"].text }
                && filters.allows("node") { found.engine.isMeant(by: $0) }
                && filters.allowsLabels(found.network.texts(of: "Labels"))
        }
        return chosen.map { found in
            var network = found.network
            if !filters.isCompose { network["Name"] = .string(name(of: found)) }
            return network
        }.sorted { ($0["Name"].text ?? "", $0["Id"].text ?? "") < ($1["Name"].text ?? "", $1["Id"].text ?? "") }
    }

    /// The network that `text` means; nil if there is none, or several are.
    ///
    /// In this order: an ID or the first twelve digits of one; a name, by itself or behind an engine's; the only one whose
    /// ID begins so.
    static func find(_ text: String, _ engines: [EngineHoldings]) -> Found? {
        let networks = all(engines)
        if let exact = networks.first(where: { $0.id == text || (text.utf8.count == 12 && $0.id.hasPrefix(text)) }) {
            return exact
        }
        let bare = text.hasPrefix("/") ? String(text.dropFirst()) : text
        let named = networks.filter { found in
            let name = found.network["Name"].text ?? ""
            return name == bare || bare == "\(found.engine.name)/\(name)" || bare == "\(found.engine.id)/\(name)"
        }
        if !named.isEmpty { return Set(named.map(\.id)).count == 1 ? named[0] : nil }
        guard !text.isEmpty else { return nil }
        let beginning = networks.filter { $0.id.hasPrefix(text) }
        return beginning.count == 1 ? beginning[0] : nil
    }

    private static func all(_ engines: [EngineHoldings]) -> [Found] {
        var seen: Set<String> = []
        return engines.flatMap { engine in
            engine.networks.compactMap { network in
                let found = Found(network: network, engine: engine)
                return found.isLocal || seen.insert(found.id).inserted ? found : nil
            }
        }
    }

    private static func name(of found: Found) -> String {
        let name = found.network["Name"].text ?? ""
        return found.isLocal ? "\(found.engine.name)/\(name)" : name
    }
}
