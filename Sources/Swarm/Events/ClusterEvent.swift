/// Something that happened on an engine or to one, as the cluster's clients are told.
struct ClusterEvent: Sendable, Equatable {
    /// The engine's name, ID with address, address and IP.
    struct Origin: Sendable, Equatable {
        var name: String
        var id: String
        var address: String
        var ip: String
    }

    /// The event's JSON, without white space.
    let octets: [UInt8]
    /// What it happened to: `container`, `network`, `image`, `volume`, `swarm`.
    let type: String
    /// What happened, without what follows a colon: `exec_start`.
    let action: String
    /// The ID and attributes of what it happened to.
    let actorID: String
    let attributes: [String: String]
    /// When, nanoseconds since 1970.
    let time: Int64
    /// Where.
    let origin: Origin

    /// An engine's event, to which the engine's names are added where clients of Docker Swarm look for them.
    init(engineEvent: JSONValue, origin: Origin) {
        var event = engineEvent
        event["from"] = .string("\(event["from"].text ?? "") node:\(origin.name)")
        for (name, value) in [
            ("node.name", origin.name), ("node.id", origin.id), ("node.addr", origin.address), ("node.ip", origin.ip),
        ] {
            event["Actor"]["Attributes"][name] = .string(value)
        }
        event["node"] = .object(
            JSONObject([
                ("Name", .string(origin.name)), ("Id", .string(origin.id)), ("Addr", .string(origin.address)),
                ("Ip", .string(origin.ip)),
            ]))
        self.init(event, origin)
    }

    /// An event of the manager's own: `engine_connect`, `engine_disconnect`, `engine_reconnect`.
    ///
    /// - Parameter time: nanoseconds since 1970.
    init(change action: String, time: Int64, origin: Origin) {
        let event = JSONValue.object(
            JSONObject([
                ("status", .string(action)), ("id", .string("")), ("from", .string("swarm")),
                ("Type", .string("swarm")), ("Action", .string(action)),
                ("Actor", .object(JSONObject([("ID", .string("")), ("Attributes", .object(JSONObject()))]))),
                ("scope", .string("local")), ("time", .integer(time / 1_000_000_000)), ("timeNano", .integer(time)),
            ]))
        self.init(engineEvent: event, origin: origin)
    }

    private init(_ event: JSONValue, _ origin: Origin) {
        octets = event.octets
        type = event["Type"].text ?? ""
        action = String((event["Action"].text ?? event["status"].text ?? "").prefix { $0 != ":" })
        actorID = event["Actor"]["ID"].text ?? event["id"].text ?? ""
        var attributes: [String: String] = [:]
        for member in event["Actor"]["Attributes"].object?.members ?? [] {
            attributes[member.name] = member.value.text ?? ""
        }
        self.attributes = attributes
        time =
            event["timeNano"].integer
            ?? (event["time"].integer ?? 0).multipliedReportingOverflow(by: 1_000_000_000).partialValue
        self.origin = origin
    }
}
