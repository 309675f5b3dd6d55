import FoundationEssentials

/// One message of a stream of answers: a result, or the error that ends it.
struct EtcdStreamAnswer<Result: Decodable & Sendable>: Decodable, Sendable {
    /// What was answered.
    var result: Result?
    /// Why the stream ends.
    var error: EtcdErrorAnswer?
}

/// An error in etcd's words.
struct EtcdErrorAnswer: Decodable, Sendable {
    /// The words.
    var message: String
    /// gRPC's status code; 2 (unknown) if none is said.
    var code: Int

    private enum CodingKeys: String, CodingKey {
        case message
        case error
        case code
        case streamCode = "grpc_code"
    }

    /// An error in words.
    init(message: String, code: Int) {
        self.message = message
        self.code = code
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        // A stream that fails before its first message has the error in an object of its own.
        if let inner = try? container.decode(EtcdErrorAnswer.self, forKey: .error) {
            self = inner
            return
        }
        let message = try container.decodeIfPresent(String.self, forKey: .message)
        self.message = try message ?? container.decode(String.self, forKey: .error)
        let code = try container.decodeIfPresent(Int.self, forKey: .code)
        self.code = try code ?? container.decodeIfPresent(Int.self, forKey: .streamCode) ?? 2
    }
}

/// What a watch tells.
struct EtcdWatchMessage: Decodable, Sendable {
    /// One change of a key.
    struct Event: Decodable, Sendable {
        /// Whether the key is gone.
        var isDeletion: Bool
        /// The key, as it is now.
        var entry: EtcdKeyValue

        private enum CodingKeys: String, CodingKey {
            case type
            case entry = "kv"
        }

        /// A change.
        init(isDeletion: Bool, entry: EtcdKeyValue) {
            self.isDeletion = isDeletion
            self.entry = entry
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            switch try container.decodeIfPresent(String.self, forKey: .type) {
            case nil, "PUT": isDeletion = false
            case "DELETE": isDeletion = true
            case .some(let type):
                throw DecodingError.dataCorruptedError(
                    forKey: .type, in: container, debugDescription: "an unknown type of event: \(type)")
            }
            entry = try container.decode(EtcdKeyValue.self, forKey: .entry)
        }
    }

    /// The cluster and its revision.
    var header: EtcdHeader?
    /// Whether the watch has begun.
    var isCreated = false
    /// Whether it has ended.
    var isCancelled = false
    /// Why.
    var reason: String?
    /// The revision below which changes are forgotten; 0 if that is not why the watch has ended.
    var compactRevision: Int64 = 0
    /// Whether the rest of these changes comes in the next message.
    var isFragment = false
    /// What changed, in its order.
    var events: [Event] = []

    private enum CodingKeys: String, CodingKey {
        case header
        case isCreated = "created"
        case isCancelled = "canceled"
        case reason = "cancel_reason"
        case compactRevision = "compact_revision"
        case isFragment = "fragment"
        case events
    }

    /// A message.
    init(header: EtcdHeader?, events: [Event] = []) {
        self.header = header
        self.events = events
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        header = try container.decodeIfPresent(EtcdHeader.self, forKey: .header)
        isCreated = try container.decodeIfPresent(Bool.self, forKey: .isCreated) ?? false
        isCancelled = try container.decodeIfPresent(Bool.self, forKey: .isCancelled) ?? false
        reason = try container.decodeIfPresent(String.self, forKey: .reason)
        compactRevision =
            try container.decodeIfPresent(EtcdInteger<Int64>.self, forKey: .compactRevision)?.value ?? 0
        isFragment = try container.decodeIfPresent(Bool.self, forKey: .isFragment) ?? false
        events = try container.decodeIfPresent([Event].self, forKey: .events) ?? []
    }
}
