/// Something that happened on an engine.
public struct EngineEvent: Sendable, Equatable {
    /// What it happened to: `container`, `network`, `image`, `volume`, `daemon`, ...
    public var type: String
    /// What happened: `start`, `kill`, `die`, `health_status: healthy`, `exec_start: sh -c true`, ...
    public var action: String
    /// The ID of what it happened to; a container's has 64 hexadecimal digits.
    public var actorID: String
    /// What the engine says about it: a container's `name`, `image`, labels, `exitCode` or `signal`.
    public var attributes: [String: String]
    /// When, by the engine's clock, in nanoseconds since 1970.
    public var timeNano: Int64
    /// The engine's whole text, for what is not named here.
    public var document: [UInt8]

    /// An event.
    public init(
        type: String = "container", action: String, actorID: String, attributes: [String: String] = [:],
        timeNano: Int64, document: [UInt8] = []
    ) {
        self.type = type
        self.action = action
        self.actorID = actorID
        self.attributes = attributes
        self.timeNano = timeNano
        self.document = document
    }

    /// What a `health_status` event says; nil for any other.
    public var health: ContainerState.Health? {
        let start = "health_status: "
        guard action.hasPrefix(start) else { return nil }
        return ContainerState.Health(rawValue: String(action.dropFirst(start.count)))
    }
}

extension EngineEvent: EngineDocument {
    init(document: [UInt8]) throws {
        let wire = try Self.decode(Wire.self, document)
        self.init(
            type: wire.type, action: wire.action, actorID: wire.actor.id, attributes: wire.actor.attributes,
            timeNano: wire.timeNano, document: document)
    }

    private struct Actor: Decodable {
        var id = ""
        var attributes: [String: String] = [:]

        enum CodingKeys: String, CodingKey {
            case id = "ID"
            case attributes = "Attributes"
        }

        init(id: String) {
            self.id = id
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            id = fields.read(.id, "")
            attributes = fields.read(.attributes, [:])
        }
    }

    private struct Wire: Decodable {
        let type, action: String
        let actor: Actor
        let timeNano: Int64

        enum CodingKeys: String, CodingKey {
            case type = "Type"
            case action = "Action"
            case actor = "Actor"
            case timeNano, time, status, id
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            // `status` and `id` are what events had before they had a type, and what classic Swarm's have still.
            type = fields.read(.type, "container")
            action = try fields.read(.action, nil) ?? fields.decode(String.self, forKey: .status)
            actor = fields.read(.actor, Actor(id: fields.read(.id, "")))
            let seconds: Int64 = fields.read(.time, 0)
            timeNano = fields.read(.timeNano, seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue)
        }
    }
}
