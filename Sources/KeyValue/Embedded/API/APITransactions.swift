import FoundationEssentials
import HTTPTypes

/// `/v1/txn`: several operations on keys, all or none.
struct APITransactions: Sendable {
    let store: EmbeddedStore

    /// Consul's `maxTxnOps`.
    private static let operationsMaximum = 64

    /// Does the operations of the body.
    func answer(_ request: APIRequest) async throws(APIError) -> APIAnswer {
        var unknown: [(operation: Int, refusal: StoreRefusal)] = []
        let operations = try read(request.body, unknown: &unknown)
        let isWrite = operations.contains { $0.verb.isWrite }
        guard unknown.isEmpty else { return write(request, isWrite: isWrite, entries: [], refusals: unknown) }
        switch await store.submit(.transaction(operations)) {
        case .entries(let entries): return write(request, isWrite: isWrite, entries: entries, refusals: [])
        case .aborted(let refusals): return write(request, isWrite: isWrite, entries: [], refusals: refusals)
        case .failed(let error): throw APIError(.internalServerError, error.description)
        default: throw APIError(.internalServerError, "the transaction came to nothing")
        }
    }

    private func write(
        _ request: APIRequest, isWrite: Bool, entries: [KeyValueEntry],
        refusals: [(operation: Int, refusal: StoreRefusal)]
    ) -> APIAnswer {
        var writer = request.writer
        writer.object { writer in
            writer.name("Results")
            if refusals.isEmpty {
                writer.array { writer in
                    for entry in entries {
                        writer.object {
                            $0.name("KV")
                            $0.entry(entry)
                        }
                    }
                }
            } else {
                writer.null()
            }
            writer.name("Errors")
            writer.refusals(refusals)
            guard !isWrite else { return }
            // A transaction that only reads is answered like a read.
            writer.name("Index")
            writer.number(0)
            writer.name("LastContact")
            writer.number(0)
            writer.name("KnownLeader")
            writer.boolean(true)
            writer.name("ConsistencyLevel")
            writer.string("")
        }
        var answer = APIAnswer.json(writer, status: refusals.isEmpty ? .ok : .conflict)
        if !isWrite { answer.setLeader() }
        return answer
    }

    // MARK: The body

    private func read(
        _ body: [UInt8], unknown: inout [(operation: Int, refusal: StoreRefusal)]
    ) throws(APIError) -> [StoreOperation] {
        guard let value = APIJSONValue.parse(body) else {
            throw APIError(.badRequest, "Failed to parse body: this is no JSON")
        }
        guard case .array(let elements) = value else {
            throw APIError(
                .badRequest,
                "Failed to parse body: json: cannot unmarshal \(value.kind) into Go value of type api.TxnOps")
        }
        guard elements.count <= Self.operationsMaximum else {
            throw APIError(
                .contentTooLarge,
                "Transaction contains too many operations (\(elements.count) > \(Self.operationsMaximum))")
        }
        var operations: [StoreOperation] = []
        for (position, element) in elements.enumerated() {
            guard let members = element["kv"] else {
                if element["node"] != nil || element["service"] != nil || element["check"] != nil {
                    throw APIError(.badRequest, "Only KV operations are served here; operation \(position) is none")
                }
                // An operation on nothing is left out, as Consul does.
                continue
            }
            let text = try string(members, "Verb")
            guard let verb = StoreOperation.Verb(rawValue: text) else {
                unknown.append((position, .invalid("unknown KV verb \(GoText.quoted(text))")))
                continue
            }
            operations.append(
                StoreOperation(
                    verb: verb, key: try string(members, "Key"), value: try octets(members),
                    flags: try unsigned(members, "Flags"), index: try unsigned(members, "Index"),
                    session: try string(members, "Session")))
        }
        return operations
    }

    private func string(_ value: APIJSONValue, _ name: String) throws(APIError) -> String {
        switch value[name.lowercased()] {
        case nil: return ""
        case .string(let text)?: return text
        case let other?: throw mismatch(other, name, "string")
        }
    }

    private func unsigned(_ value: APIJSONValue, _ name: String) throws(APIError) -> UInt64 {
        switch value[name.lowercased()] {
        case nil: return 0
        case .unsigned(let number)?: return number
        case let other?: throw mismatch(other, name, "uint64")
        }
    }

    private func octets(_ value: APIJSONValue) throws(APIError) -> [UInt8] {
        let text = try string(value, "Value")
        guard let data = Data(base64Encoded: text) else {
            throw APIError(.badRequest, "Failed to parse body: illegal base64 data in a value")
        }
        return [UInt8](data)
    }

    private func mismatch(_ value: APIJSONValue, _ name: String, _ type: String) -> APIError {
        APIError(
            .badRequest,
            "Failed to parse body: json: cannot unmarshal \(value.kind) into Go struct field KVTxnOp.KV.\(name) of type \(type)"
        )
    }
}

extension JSONWriter {
    /// Why a transaction was not done; `null` if it was.
    fileprivate mutating func refusals(_ refusals: [(operation: Int, refusal: StoreRefusal)]) {
        guard !refusals.isEmpty else { return null() }
        array { writer in
            for (operation, refusal) in refusals {
                writer.object {
                    $0.name("OpIndex")
                    $0.number(operation)
                    $0.name("What")
                    $0.string(refusal.text)
                }
            }
        }
    }
}
