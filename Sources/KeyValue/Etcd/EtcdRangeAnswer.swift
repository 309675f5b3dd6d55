/// The answer to a read of a range.
struct EtcdRangeAnswer: EtcdHeaded {
    /// The cluster and its revision.
    var header: EtcdHeader?
    /// What is there, in the order of the keys' octets.
    var entries: [EtcdKeyValue]
    /// Whether there is more than was asked for.
    var hasMore: Bool

    private enum CodingKeys: String, CodingKey {
        case header
        case entries = "kvs"
        case hasMore = "more"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        header = try container.decodeIfPresent(EtcdHeader.self, forKey: .header)
        entries = try container.decodeIfPresent([EtcdKeyValue].self, forKey: .entries) ?? []
        hasMore = try container.decodeIfPresent(Bool.self, forKey: .hasMore) ?? false
    }
}
