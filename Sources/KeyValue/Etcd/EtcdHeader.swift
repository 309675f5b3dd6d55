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
