/// An instance of a service, with its node and state.
///
/// Nil collections are empty ones to templates, but for `toJSON`, which writes `null`.
public struct HealthService: Sendable, Equatable {
    /// An address with its port.
    public struct TaggedAddress: Sendable, Equatable {
        /// The address.
        public var address: String
        /// The port.
        public var port: Int

        /// `address` with `port`.
        public init(address: String, port: Int) {
            self.address = address
            self.port = port
        }
    }

    /// One check of the instance or its node.
    public struct Check: Sendable, Equatable {
        /// The node's name.
        public var node = ""
        /// The check's id.
        public var id = ""
        /// The check's name.
        public var name = ""
        /// Its state.
        public var status = ""
        /// What people wrote about it.
        public var notes = ""
        /// What it said last.
        public var output = ""
        /// The id of the instance; empty for a check of the node.
        public var serviceID = ""
        /// The service's name.
        public var serviceName = ""

        /// An empty check.
        public init() {}
    }

    /// The node's name.
    public var node = ""
    /// The node's id.
    public var nodeID = ""
    /// The node's address.
    public var nodeAddress = ""
    /// The node's other addresses by their names.
    public var nodeTaggedAddresses: [String: String]?
    /// What is noted about the node.
    public var nodeMeta: [String: String]?
    /// What is noted about the instance.
    public var serviceMeta: [String: String]?
    /// The instance's address; the node's when it has none.
    public var address = ""
    /// The instance's other addresses by their names.
    public var serviceTaggedAddresses: [String: TaggedAddress]?
    /// The instance's id.
    public var id = ""
    /// The service's name.
    public var name = ""
    /// The tags, sorted.
    public var tags: [String] = []
    /// The checks of the instance and its node.
    public var checks: [Check]?
    /// The worst state of the checks.
    public var status = "passing"
    /// The port.
    public var port = 0
    /// The instance's weight in DNS while it passes.
    public var passingWeight = 1
    /// The instance's weight in DNS while it warns.
    public var warningWeight = 1

    /// A passing instance without a name.
    public init() {}
}
