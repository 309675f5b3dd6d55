/// The answer to a change that says nothing but that it was made.
struct EtcdPlainAnswer: EtcdHeaded {
    /// The cluster and its revision.
    var header: EtcdHeader?
}

/// The answer to whatever is asked of a lease.
struct EtcdLeaseAnswer: EtcdHeaded {
    /// The cluster and its revision.
    var header: EtcdHeader?
    /// Which lease.
    var id: Int64
    /// How long it still lasts, in seconds; 0 or less: it is over.
    var ttl: Int64

    private enum CodingKeys: String, CodingKey {
        case header
        case id = "ID"
        case ttl = "TTL"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        header = try container.decodeIfPresent(EtcdHeader.self, forKey: .header)
        id = try container.decodeIfPresent(EtcdInteger<Int64>.self, forKey: .id)?.value ?? 0
        ttl = try container.decodeIfPresent(EtcdInteger<Int64>.self, forKey: .ttl)?.value ?? 0
    }
}

/// The answer to a user's name and password.
struct EtcdTokenAnswer: EtcdHeaded {
    /// The cluster and its revision.
    var header: EtcdHeader?
    /// What requests have to show.
    var token: String?
}
