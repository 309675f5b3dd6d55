/// What is known of a question.
public enum Answer: Sendable, Equatable {
    /// The octets of a key or file; nil when it does not exist.
    case value([UInt8]?)
    /// All keys of a prefix, sorted by path; none when the prefix has none.
    case pairs([KeyPair])
    /// A service's instances, sorted by node and id unless the nearest come first.
    case services([HealthService])
    /// All services, sorted by name.
    case catalog([CatalogSnippet])
    /// All nodes, sorted by name and address unless the nearest come first.
    case nodes([ClusterNode])
    /// One node with its services; nil when there is none of the name.
    case node(CatalogNode?)
    /// Names, such as those of datacenters, sorted.
    case names([String])
    /// A secret's data; nil when there is none.
    case secret([String: String]?)

    /// The text of a key or file; nil when it does not exist.
    public static func text(_ text: String?) -> Answer { .value(text.map { Array($0.utf8) }) }
}
