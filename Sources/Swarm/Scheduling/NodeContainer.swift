/// A container on a node as far as it matters to where others may go.
public struct NodeContainer: Sendable, Equatable {
    /// A port of the host that a container has, or will have when it is started.
    public struct HostPort: Sendable, Hashable {
        /// The host's address, empty for all.
        public var address: String
        /// The port.
        public var port: UInt16

        /// A port at an address; empty, `0.0.0.0` and `::` are all addresses.
        public init(address: String = "", port: UInt16) {
            self.address = address == "0.0.0.0" || address == "::" ? "" : address
            self.port = port
        }

        /// Whether the two cannot be had at once.
        func collides(with other: HostPort) -> Bool {
            port == other.port && (address == other.address || address.isEmpty || other.address.isEmpty)
        }
    }

    /// The engine's ID of it; of one that is about to be created, any that is unique.
    public var id: String
    /// The ID that it keeps when it moves to another node; empty if it has none.
    public var swarmID: String
    /// Its names, without slashes; the first is its own.
    public var names: [String]
    /// Its labels.
    public var labels: [String: String]
    /// Octets of memory that it reserves.
    public var memoryBytes: Int64
    /// Processors that it reserves.
    public var processors: Int64
    /// Ports of the host that are bound to it.
    public var hostPorts: [HostPort]
    /// Ports that it listens at in the host's own network, `80/tcp`; empty if it has a network of its own.
    public var exposedHostPorts: [String]

    /// A container that reserves nothing.
    public init(
        id: String, swarmID: String = "", names: [String] = [], labels: [String: String] = [:], memoryBytes: Int64 = 0,
        processors: Int64 = 0, hostPorts: [HostPort] = [], exposedHostPorts: [String] = []
    ) {
        self.id = id
        self.swarmID = swarmID
        self.names = names
        self.labels = labels
        self.memoryBytes = memoryBytes
        self.processors = processors
        self.hostPorts = hostPorts
        self.exposedHostPorts = exposedHostPorts
    }
}
