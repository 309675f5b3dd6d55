/// A service as the agent keeps it that it was registered with.
public struct ConsulAgentService: Sendable, Equatable, Decodable {
    /// Its ID.
    public var id: String
    /// Its name.
    public var name: String
    /// Its tags, in their order.
    public var tags: [String]
    /// Its metadata.
    public var meta: [String: String]
    /// Its port; 0 if it has none.
    public var port: Int
    /// Its address; empty if it is the node's.
    public var address: String

    private enum CodingKeys: String, CodingKey {
        case id = "ID"
        case name = "Service"
        case tags = "Tags"
        case meta = "Meta"
        case port = "Port"
        case address = "Address"
    }

    /// A service.
    public init(
        id: String, name: String, tags: [String] = [], meta: [String: String] = [:], port: Int = 0, address: String = ""
    ) {
        self.id = id
        self.name = name
        self.tags = tags
        self.meta = meta
        self.port = port
        self.address = address
    }

    /// From what `/v1/agent/services` answers; what is missing there is empty.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        id = try values.decode(String.self, forKey: .id)
        name = try values.decode(String.self, forKey: .name)
        tags = try values.decodeIfPresent([String].self, forKey: .tags) ?? []
        meta = try values.decodeIfPresent([String: String].self, forKey: .meta) ?? [:]
        port = try values.decodeIfPresent(Int.self, forKey: .port) ?? 0
        address = try values.decodeIfPresent(String.self, forKey: .address) ?? ""
    }
}
