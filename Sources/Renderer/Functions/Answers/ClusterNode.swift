/// A node of the cluster.
public struct ClusterNode: Sendable, Equatable {
    /// Its id.
    public var id = ""
    /// Its name.
    public var node = ""
    /// Its address.
    public var address = ""
    /// Its datacenter.
    public var datacenter = ""
    /// Its other addresses by their names.
    public var taggedAddresses: [String: String]?
    /// What is noted about it.
    public var meta: [String: String]?

    /// A node without a name.
    public init() {}
}

/// A node of the cluster with what runs on it.
public struct CatalogNode: Sendable, Equatable {
    /// An instance of a service on the node.
    public struct Service: Sendable, Equatable {
        /// Its id.
        public var id = ""
        /// The service's name.
        public var service = ""
        /// The tags, sorted.
        public var tags: [String] = []
        /// What is noted about it.
        public var meta: [String: String]?
        /// The port.
        public var port = 0
        /// The address.
        public var address = ""
        /// Whether others may change its tags.
        public var enablesTagOverride = false

        /// An instance without a name.
        public init() {}
    }

    /// The node; nil when there is none of the name that was asked for.
    public var node: ClusterNode?
    /// Its services, sorted by name and id.
    public var services: [Service]

    /// `node` with `services`.
    public init(node: ClusterNode?, services: [Service] = []) {
        self.node = node
        self.services = services
    }
}
