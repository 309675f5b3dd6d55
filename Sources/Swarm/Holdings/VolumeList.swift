/// The volumes of the cluster: those of one engine under its name, those of a driver that all share once.
enum VolumeList {
    /// The filters that are understood.
    static let filters: Set<String> = ["dangling", "driver", "label", "name", "node"]

    /// A volume and the engine that told of it.
    struct Found: Sendable, Equatable {
        var volume: JSONValue
        var engine: EngineHoldings
        /// Whether it is the engine's alone.
        var isLocal: Bool { volume["Driver"].text == "local" }
        /// Its name on the engine.
        var name: String { volume["Name"].text ?? "" }
    }

    /// The volumes that `filters` ask for; none are an empty list, as today's engines say it.
    static func list(_ engines: [EngineHoldings], _ filters: ListFilters) -> [JSONValue] {
        all(engines).filter { found in
            filters.allows("name") { shown(found).contains($0) }
                && filters.allows("driver") { $0 == found.volume["Driver"].text }
                && filters.allowsLabels(found.volume.texts(of: "Labels"))
                && (!found.isLocal || filters.allows("node") { found.engine.isMeant(by: $0) })
        }.map { found in
            var volume = found.volume
            if !filters.isCompose { volume["Name"] = .string(shown(found)) }
            return volume
        }.sorted { ($0["Name"].text ?? "") < ($1["Name"].text ?? "") }
    }

    /// The volume that `text` means: a name, by itself or behind an engine's; of several the one that all share, else none.
    static func find(_ text: String, _ engines: [EngineHoldings]) -> Found? {
        let found = matches(text, engines)
        return found.count == 1 ? found[0] : found.first { !$0.isLocal }
    }

    /// All that `text` may mean, one an engine.
    static func matches(_ text: String, _ engines: [EngineHoldings]) -> [Found] {
        engines.flatMap { engine in
            engine.volumes.map { Found(volume: $0, engine: engine) }.filter { found in
                text == found.name || text == "\(engine.name)/\(found.name)" || text == "\(engine.id)/\(found.name)"
            }
        }
    }

    private static func all(_ engines: [EngineHoldings]) -> [Found] {
        var seen: Set<String> = []
        return engines.flatMap { engine in
            engine.volumes.compactMap { volume in
                let found = Found(volume: volume, engine: engine)
                return found.isLocal || seen.insert(found.name).inserted ? found : nil
            }
        }
    }

    private static func shown(_ found: Found) -> String {
        found.isLocal ? "\(found.engine.name)/\(found.name)" : found.name
    }
}
