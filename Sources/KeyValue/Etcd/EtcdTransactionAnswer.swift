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
