/// The JSON of etcd's requests, as the gateway to its gRPC API takes it: octets in base64, 64-bit numbers as strings.
enum EtcdMessage {
    /// What becomes of a key's lease when it is written.
    enum Lease {
        /// It has none afterwards.
        case none
        /// What it has it keeps; the key must be there.
        case kept
        /// It has this one.
        case attached(Int64)
    }

    /// What a transaction compares.
    enum Comparison {
        /// Whether there is such a key.
        case exists([UInt8])
        /// Whether there is none.
        case isMissing([UInt8])
        /// Whether the key's last change was at this revision.
        case changed([UInt8], at: UInt64)
        /// Whether the key has this lease; 0 for none, which holds for a key that is not there as well.
        case leased([UInt8], Int64)

        fileprivate var json: String {
            switch self {
            case .exists(let key): #"{"key":"\#(base64(key))","target":"VERSION","result":"GREATER","version":"0"}"#
            case .isMissing(let key): #"{"key":"\#(base64(key))","target":"VERSION","result":"EQUAL","version":"0"}"#
            case .changed(let key, let revision):
                #"{"key":"\#(base64(key))","target":"MOD","result":"EQUAL","mod_revision":"\#(revision)"}"#
            case .leased(let key, let lease):
                #"{"key":"\#(base64(key))","target":"LEASE","result":"EQUAL","lease":"\#(lease)"}"#
            }
        }
    }

    /// What a transaction does.
    indirect enum Operation {
        /// Writes a key.
        case put([UInt8], [UInt8], Lease)
        /// Deletes a key.
        case delete([UInt8])
        /// Reads a key.
        case read([UInt8])
        /// Another transaction.
        case transaction(Transaction)

        fileprivate var json: String {
            switch self {
            case .put(let key, let value, let lease):
                #"{"request_put":\#(EtcdMessage.put(key, value, lease))}"#
            case .delete(let key): #"{"request_delete_range":{"key":"\#(base64(key))"}}"#
            case .read(let key): #"{"request_range":{"key":"\#(base64(key))"}}"#
            case .transaction(let transaction): #"{"request_txn":\#(transaction.json)}"#
            }
        }
    }

    /// Comparisons, and what is done when all of them hold and when one does not.
    struct Transaction {
        /// What must hold.
        var comparisons: [Comparison]
        /// What is done if it does.
        var success: [Operation]
        /// What is done if it does not.
        var failure: [Operation] = []

        /// The request's text.
        var json: String {
            let comparisons = comparisons.map(\.json).joined(separator: ",")
            let success = success.map(\.json).joined(separator: ",")
            let failure = failure.map(\.json).joined(separator: ",")
            return #"{"compare":[\#(comparisons)],"success":[\#(success)],"failure":[\#(failure)]}"#
        }
    }

    /// A read of a range.
    ///
    /// - Parameters:
    ///   - limit: how many entries at most; 0 for all.
    ///   - revision: when; 0 for now.
    static func range(from: [UInt8], to: [UInt8], limit: Int, revision: Int64) -> String {
        #"{"key":"\#(base64(from))","range_end":"\#(base64(to))","limit":"\#(limit)","revision":"\#(revision)"}"#
    }

    /// A read that says nothing of the store but that there is one, with a leader.
    static func pulse(_ key: [UInt8]) -> String {
        #"{"key":"\#(base64(key))","count_only":true,"limit":"1"}"#
    }

    /// The deletion of a range.
    static func delete(from: [UInt8], to: [UInt8]) -> String {
        #"{"key":"\#(base64(from))","range_end":"\#(base64(to))"}"#
    }

    /// A watch of a range from a revision on; large changes come in fragments.
    static func watch(from: [UInt8], to: [UInt8], revision: Int64) -> String {
        #"{"create_request":{"key":"\#(base64(from))","range_end":"\#(base64(to))","#
            + #""start_revision":"\#(revision)","progress_notify":true,"fragment":true}}"#
    }

    private static func put(_ key: [UInt8], _ value: [UInt8], _ lease: Lease) -> String {
        let attribute =
            switch lease {
            case .none: ""
            case .kept: #","ignore_lease":true"#
            case .attached(let id): #","lease":"\#(id)""#
            }
        return #"{"key":"\#(base64(key))","value":"\#(base64(value))"\#(attribute)}"#
    }

    private static func base64(_ octets: [UInt8]) -> String { Base64.encode(octets) }
}
