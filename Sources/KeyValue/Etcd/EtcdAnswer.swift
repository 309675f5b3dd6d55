import FoundationEssentials

/// A whole number in etcd's JSON: 64-bit ones are strings there; one that is left out is zero.
struct EtcdInteger<Value: FixedWidthInteger & Decodable & Sendable>: Decodable, Sendable {
    /// The number.
    var value: Value

    /// Reads `"12"` or `12`.
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            guard let value = Value(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a 64-bit number: \(text)")
            }
            self.value = value
        } else {
            value = try container.decode(Value.self)
        }
    }
}

/// Octets in etcd's JSON: base64; none at all are left out.
struct EtcdOctets: Decodable, Sendable {
    /// The octets.
    var octets: [UInt8]

    /// Reads base64.
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = Array(try container.decode(String.self).utf8)
        guard let octets = Base64.decode(text.span) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not base64")
        }
        self.octets = octets
    }
}

/// What every answer says of the cluster.
struct EtcdHeader: Decodable, Sendable, Equatable {
    /// Which cluster; never 0.
    var clusterID: UInt64 = 0
    /// The store's revision when it answered.
    var revision: Int64 = 0

    private enum CodingKeys: String, CodingKey {
        case clusterID = "cluster_id"
        case revision
    }

    /// A header.
    init(clusterID: UInt64, revision: Int64) {
        self.clusterID = clusterID
        self.revision = revision
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        clusterID = try container.decodeIfPresent(EtcdInteger<UInt64>.self, forKey: .clusterID)?.value ?? 0
        revision = try container.decodeIfPresent(EtcdInteger<Int64>.self, forKey: .revision)?.value ?? 0
    }
}

/// An answer that tells by its header that it is etcd's.
protocol EtcdHeaded: Decodable, Sendable {
    /// The cluster and its revision.
    var header: EtcdHeader? { get }
}

/// A key with its value, as etcd has it.
struct EtcdKeyValue: Decodable, Sendable, Equatable {
    /// The key's octets.
    var key: [UInt8]
    /// The value's octets.
    var value: [UInt8] = []
    /// The revision at which it was made.
    var createRevision: UInt64 = 0
    /// The revision of its last change.
    var modRevision: UInt64 = 0
    /// The lease that takes it with it when it ends; 0 for none.
    var lease: Int64 = 0

    private enum CodingKeys: String, CodingKey {
        case key
        case value
        case createRevision = "create_revision"
        case modRevision = "mod_revision"
        case lease
    }

    /// A key with its value.
    init(key: [UInt8], value: [UInt8] = [], createRevision: UInt64 = 0, modRevision: UInt64, lease: Int64 = 0) {
        self.key = key
        self.value = value
        self.createRevision = createRevision
        self.modRevision = modRevision
        self.lease = lease
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        key = try container.decode(EtcdOctets.self, forKey: .key).octets
        value = try container.decodeIfPresent(EtcdOctets.self, forKey: .value)?.octets ?? []
        createRevision = try container.decodeIfPresent(EtcdInteger<UInt64>.self, forKey: .createRevision)?.value ?? 0
        modRevision = try container.decodeIfPresent(EtcdInteger<UInt64>.self, forKey: .modRevision)?.value ?? 0
        lease = try container.decodeIfPresent(EtcdInteger<Int64>.self, forKey: .lease)?.value ?? 0
    }
}

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

/// The answer to a change that says nothing but that it was made.
struct EtcdPlainAnswer: EtcdHeaded {
    /// The cluster and its revision.
    var header: EtcdHeader?
}

/// The answer to a transaction.
struct EtcdTransactionAnswer: EtcdHeaded {
    /// What one of its operations answered.
    struct Response: Decodable, Sendable {
        /// What was read; nil if it was no read.
        var entries: [EtcdKeyValue]?
        /// The transaction in it: one, or none.
        var transactions: [EtcdTransactionAnswer]

        private enum CodingKeys: String, CodingKey {
            case range = "response_range"
            case transaction = "response_txn"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            entries = try container.decodeIfPresent(EtcdRangeAnswer.self, forKey: .range)?.entries
            let inner = try container.decodeIfPresent(EtcdTransactionAnswer.self, forKey: .transaction)
            transactions = inner.map { [$0] } ?? []
        }
    }

    /// The cluster and its revision.
    var header: EtcdHeader?
    /// Whether what was to hold did.
    var isSuccess: Bool
    /// What its operations answered, in their order.
    var responses: [Response]

    private enum CodingKeys: String, CodingKey {
        case header
        case isSuccess = "succeeded"
        case responses
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        header = try container.decodeIfPresent(EtcdHeader.self, forKey: .header)
        isSuccess = try container.decodeIfPresent(Bool.self, forKey: .isSuccess) ?? false
        responses = try container.decodeIfPresent([Response].self, forKey: .responses) ?? []
    }
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
