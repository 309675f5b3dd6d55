/// Where in Consul a query looks; nil is the agent's own.
public struct QueryScope: Sendable, Hashable {
    /// The datacenter.
    public var datacenter: String?
    /// The namespace (Consul Enterprise).
    public var namespace: String?
    /// The partition (Consul Enterprise).
    public var partition: String?
    /// The peer cluster.
    public var peer: String?
    /// The sameness group (Consul Enterprise).
    public var samenessGroup: String?

    /// The agent's own.
    public init() {}

    /// What a query's name shows of it.
    var suffix: String { shown([("peer=", peer), ("sameness-group=", samenessGroup)]) }

    /// What the name of a query for keys shows: keys have no peers.
    var keySuffix: String { shown([]) }

    private func shown(_ more: [(String, String?)]) -> String {
        let members = [("", datacenter), ("partition=", partition), ("ns=", namespace)] + more
        return members.compactMap { name, value in value.map { "@\(name)\($0)" } }.joined()
    }
}
