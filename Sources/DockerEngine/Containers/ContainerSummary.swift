/// A container in a list (`GET /containers/json`).
public struct ContainerSummary: Sendable, Equatable {
    /// 64 hexadecimal digits.
    public var id: String
    /// Its name first, then those that old links gave it; without the slash that engines put before them.
    public var names: [String]
    /// The image as its user named it.
    public var image: String
    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
    public var state: String
    /// The same for people: `Up 5 minutes (healthy)`.
    public var status: String
    /// Its labels.
    public var labels: [String: String]
    /// When it was made, in seconds since 1970.
    public var created: Int64

    /// A summary that is described by hand.
    public init(
        id: String, names: [String], image: String = "", state: String = "running", status: String = "",
        labels: [String: String] = [:], created: Int64 = 0
    ) {
        self.id = id
        self.names = names
        self.image = image
        self.state = state
        self.status = status
        self.labels = labels
        self.created = created
    }
}

extension ContainerSummary {
    /// A list.
    struct List: EngineDocument {
        var elements: [ContainerSummary]

        init(document: [UInt8]) throws {
            // `null` is an empty list to Go.
            let wires = try Self.decode([Wire]?.self, document) ?? []
            elements = wires.filter { !$0.id.isEmpty }.map { wire in
                ContainerSummary(
                    id: wire.id, names: wire.names.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 },
                    image: wire.image, state: wire.state, status: wire.status, labels: wire.labels,
                    created: wire.created)
            }
        }
    }

    private struct Wire: Decodable {
        let id, image, state, status: String
        let names: [String]
        let labels: [String: String]
        let created: Int64

        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case names = "Names"
            case image = "Image"
            case state = "State"
            case status = "Status"
            case labels = "Labels"
            case created = "Created"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            id = fields.read(.id, "")
            names = fields.read(.names, [])
            image = fields.read(.image, "")
            state = fields.read(.state, "")
            status = fields.read(.status, "")
            labels = fields.read(.labels, [:])
            created = fields.read(.created, 0)
        }
    }
}
