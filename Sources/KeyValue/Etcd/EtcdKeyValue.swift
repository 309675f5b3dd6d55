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
