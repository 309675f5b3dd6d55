/// The host that an engine runs on (`GET /info`), with what of it is used here.
public struct EngineInfo: Sendable, Equatable, EngineDocument {
    /// The engine's ID.
    public var id: String
    /// The host's name.
    public var name: String
    /// The engine's release: `20.10.24`.
    public var serverVersion: String
    /// `name=value`, as the engine was started with.
    public var labels: [String]
    /// Containers, stopped ones too.
    public var containers: Int
    /// Containers that run, paused ones too.
    public var containersRunning: Int
    /// Processors.
    public var processors: Int
    /// Octets of memory.
    public var memoryBytes: Int64
    /// The engine's whole answer, for what is not named here.
    public var document: [UInt8]

    init(document: [UInt8]) throws {
        let wire = try Self.decode(Wire.self, document)
        id = wire.id
        name = wire.name
        serverVersion = wire.serverVersion
        labels = wire.labels
        containers = wire.containers
        containersRunning = wire.containersRunning
        processors = wire.processors
        memoryBytes = wire.memoryBytes
        self.document = document
    }

    private struct Wire: Decodable {
        let id, name, serverVersion: String
        let labels: [String]
        let containers, containersRunning, processors: Int
        let memoryBytes: Int64

        enum CodingKeys: String, CodingKey {
            case id = "ID"
            case name = "Name"
            case serverVersion = "ServerVersion"
            case labels = "Labels"
            case containers = "Containers"
            case containersRunning = "ContainersRunning"
            case processors = "NCPU"
            case memoryBytes = "MemTotal"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            id = fields.read(.id, "")
            name = fields.read(.name, "")
            serverVersion = fields.read(.serverVersion, "")
            labels = fields.read(.labels, [])
            containers = fields.read(.containers, 0)
            containersRunning = fields.read(.containersRunning, 0)
            processors = fields.read(.processors, 0)
            memoryBytes = fields.read(.memoryBytes, 0)
        }
    }
}

/// An engine's release (`GET /version`), with what of it is used here.
public struct EngineVersion: Sendable, Equatable, EngineDocument {
    /// The release: `20.10.24`.
    public var version: String
    /// The newest version of the API that it speaks.
    public var apiVersion: APIVersion?
    /// The oldest.
    public var oldestAPIVersion: APIVersion?
    /// The engine's whole answer, for what is not named here.
    public var document: [UInt8]

    init(document: [UInt8]) throws {
        let wire = try Self.decode(Wire.self, document)
        version = wire.version
        apiVersion = APIVersion(wire.newest)
        oldestAPIVersion = APIVersion(wire.oldest)
        self.document = document
    }

    private struct Wire: Decodable {
        let version, newest, oldest: String

        enum CodingKeys: String, CodingKey {
            case version = "Version"
            case newest = "ApiVersion"
            case oldest = "MinAPIVersion"
        }

        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            version = fields.read(.version, "")
            newest = fields.read(.newest, "")
            oldest = fields.read(.oldest, "")
        }
    }
}
