/// Where in Consul something is asked; nil fields stand for what the client is set to.
public struct ConsulScope: Sendable, Equatable {
    /// The datacenter.
    public var datacenter: String?
    /// The namespace (Consul Enterprise).
    public var namespace: String?
    /// The administrative partition (Consul Enterprise).
    public var partition: String?

    /// What the client is set to.
    public init(datacenter: String? = nil, namespace: String? = nil, partition: String? = nil) {
        self.datacenter = datacenter
        self.namespace = namespace
        self.partition = partition
    }

    /// The parameters that say it.
    var parameters: [(name: String, value: String?)] {
        [("dc", datacenter), ("ns", namespace), ("partition", partition)].filter { $0.1 != nil }
    }
}
