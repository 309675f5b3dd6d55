/// A container as its engine describes it (`GET /containers/{id}/json`), with what of it is used here.
public struct ContainerDetails: Sendable, Equatable {
    /// 64 hexadecimal digits.
    public var id: String
    /// Its name, without the slash that engines put before it.
    public var name: String
    /// The image as its user named it: `registry:5000/team/app:1.2`, or with a digest.
    public var image: String
    /// The host name that it sees.
    public var hostname: String
    /// `NAME=value`, in the engine's order.
    public var environment: [String]
    /// Its labels.
    public var labels: [String: String]
    /// The ports that its image or its user exposes.
    public var exposedPorts: [ContainerPort]
    /// The ports that its network shows, with where on the host they are published; empty where one is not.
    public var ports: [ContainerPort: [PortBinding]]
    /// `bridge`, `default`, `host`, `none`, `container:ID`, or a network's name or ID.
    public var networkMode: String
    /// The networks that it is in, by name.
    public var networks: [String: NetworkAttachment]
    /// Its address on the default bridge as old engines tell it (`NetworkSettings.IPAddress`); empty if it has none.
    public var bridgeAddress: String
    /// What it is doing.
    public var state: ContainerState
    /// The engine's whole answer, for what is not named here.
    public var document: [UInt8]

    /// A container that is described by hand.
    public init(
        id: String, name: String, image: String = "", hostname: String = "", environment: [String] = [],
        labels: [String: String] = [:], exposedPorts: [ContainerPort] = [],
        ports: [ContainerPort: [PortBinding]] = [:], networkMode: String = "bridge",
        networks: [String: NetworkAttachment] = [:], bridgeAddress: String = "",
        state: ContainerState = ContainerState(), document: [UInt8] = []
    ) {
        self.id = id
        self.name = name
        self.image = image
        self.hostname = hostname
        self.environment = environment
        self.labels = labels
        self.exposedPorts = exposedPorts
        self.ports = ports
        self.networkMode = networkMode
        self.networks = networks
        self.bridgeAddress = bridgeAddress
        self.state = state
        self.document = document
    }
}
