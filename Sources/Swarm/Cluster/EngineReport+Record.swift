extension EngineReport {
    /// What is known of an engine, to be shown.
    init(_ engine: EngineRecord) {
        self.init(address: engine.address, standing: engine.standing)
        name = engine.name
        id = engine.id
        (running, paused, stopped) = (engine.running, engine.paused, engine.stopped)
        images = engine.holdings.images.count
        (processors, reservedProcessors) = (engine.node.processors, engine.node.reservedProcessors)
        (memoryBytes, reservedMemoryBytes) = (engine.node.memoryBytes, engine.node.reservedMemoryBytes)
        labels = engine.node.labels
        updated = engine.updated.map(EngineTime.text) ?? ""
        since = EngineTime.text(engine.since)
        version = engine.version
        apiVersion = engine.apiVersion
    }

    /// The engine as `GET /v1/nodes` tells it; names that are here stay.
    var document: JSONValue {
        .object(
            JSONObject([
                ("name", .string(name)), ("id", .string(id)), ("address", .string(address.description)),
                ("state", .string(standing.condition.rawValue.lowercased())),
                ("drained", .boolean(standing.isDrained)), ("failures", .integer(standing.failures)),
                ("error", .string(standing.error)),
                (
                    "containers",
                    .object(
                        JSONObject([
                            ("total", .integer(containers)), ("running", .integer(running)),
                            ("paused", .integer(paused)), ("stopped", .integer(stopped)),
                        ]))
                ),
                ("images", .integer(images)),
                ("cpus", Self.share(reservedProcessors, of: processors)),
                ("memory", Self.share(reservedMemoryBytes, of: memoryBytes)), ("labels", .strings(labels)),
                ("version", .string(version)), ("apiVersion", .string(apiVersion)), ("since", .string(since)),
                ("updated", .string(updated)),
            ]))
    }

    private static func share(_ reserved: Int64, of total: Int64) -> JSONValue {
        .object(JSONObject([("reserved", .integer(reserved)), ("total", .integer(total))]))
    }
}
