/// One port of one container of this host, as a registry is told of it.
public struct HostedService: Sendable, Equatable {
    /// `<dhost>:<cname>:<cport>`, with `:udp` for datagrams, or what its metadata says.
    public var id: String
    /// The service's name, with its port where there is one: `web-80`.
    public var name: String
    /// Where clients reach it.
    public var address: String
    /// Where clients reach it.
    public var port: UInt16
    /// Tags, in the registry's order.
    public var tags: [String]
    /// All other metadata: `SERVICE_REGION=eu` as `region`.
    public var metadata: [String: String]
    /// What the edge is told beside the address: `host=shop.example.com`, in the order that they are written.
    public var attributes: [EndpointAttribute]
    /// The container's ID.
    public var container: String
    /// The container's name.
    public var containerName: String
    /// The container's own port.
    public var containerPort: UInt16

    /// A service.
    public init(
        id: String, name: String, address: String, port: UInt16, tags: [String] = [], metadata: [String: String] = [:],
        attributes: [EndpointAttribute] = [], container: String = "", containerName: String = "",
        containerPort: UInt16 = 0
    ) {
        self.id = id
        self.name = name
        self.address = address
        self.port = port
        self.tags = tags
        self.metadata = metadata
        self.attributes = attributes
        self.container = container
        self.containerName = containerName
        self.containerPort = containerPort
    }
}

/// One attribute of an endpoint's value; a bare one has no value.
public struct EndpointAttribute: Sendable, Equatable {
    /// `host`, `path`, `weight`, ...
    public var name: String
    /// What stands behind `=`; nil for a bare one, such as `backup`.
    public var value: String?

    /// An attribute.
    public init(_ name: String, _ value: String? = nil) {
        self.name = name
        self.value = value
    }
}
