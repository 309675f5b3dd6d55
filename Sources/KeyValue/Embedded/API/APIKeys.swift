import HTTPTypes

/// `/v1/kv/KEY`: reading, writing and deleting keys.
struct APIKeys: Sendable {
    let store: EmbeddedStore

    /// The answer to `request` for `key`.
    func answer(_ request: APIRequest, key: String) async throws(APIError) -> APIAnswer {
        // Consul redirects to the path without the second slash; to drop it does the same in one step.
        let key = key.utf8.first == UInt8(ascii: "/") ? String(key.dropFirst()) : key
        switch request.method {
        case .get:
            if request.query.has("keys") { return try await names(request, prefix: key) }
            if request.query.has("recurse") { return try await tree(request, prefix: key) }
            guard !key.isEmpty else { throw APIError(.badRequest, "Missing key name") }
            return try await entry(request, key: key)
        case .put:
            return try await put(request, key: key)
        default:
            return try await delete(request, key: key)
        }
    }

    // MARK: Reading

    private func entry(_ request: APIRequest, key: String) async throws(APIError) -> APIAnswer {
        let blocking = try APIBlocking(request.query)
        let isRaw = request.query.has("raw")
        return try await blocking.answer(store, .key(key), current: { $0.index(key: key) }) { state, index in
            guard let entry = state.entries[key] else { return .missing(index: index) }
            if isRaw { return Self.raw(entry, index: index) }
            var writer = request.writer
            writer.array { $0.entry(entry) }
            return .json(writer, index: index)
        }
    }

    private static func raw(_ entry: KeyValueEntry, index: UInt64) -> APIAnswer {
        var answer = APIAnswer(status: .ok, body: entry.value)
        answer.setIndex(index)
        // Whatever the value is, a browser is not to run it.
        answer.fields[.contentType] = "text/plain"
        answer.fields[.xContentTypeOptions] = "nosniff"
        answer.fields[.contentSecurityPolicy] = "sandbox"
        return answer
    }

    private func tree(_ request: APIRequest, prefix: String) async throws(APIError) -> APIAnswer {
        let blocking = try APIBlocking(request.query)
        return try await blocking.answer(store, .prefix(prefix), current: { $0.index(prefix: prefix) }) {
            state, index in
            guard request.isPretty else { return Self.tree(state, prefix, index: index) }
            var writer = request.writer
            var isEmpty = true
            writer.array { writer in
                state.entries.forEach(prefix: prefix) {
                    writer.entry(copy $0)
                    isEmpty = false
                }
            }
            return isEmpty ? .missing(index: index) : .json(writer, index: index)
        }
    }

    /// All entries below `prefix`, of texts that are kept from answer to answer: a change of one among many is to cost a
    /// large listing little.
    private static func tree(_ state: StoreState, _ prefix: String, index: UInt64) -> APIAnswer {
        var texts: [[UInt8]] = []
        var count = 0
        state.entries.forEachText(prefix: prefix, elements) {
            texts.append($0)
            count += $0.count + 1
        }
        guard !texts.isEmpty else { return .missing(index: index) }
        var body: [UInt8] = []
        body.reserveCapacity(count + 1)
        for text in texts {
            body.append(UInt8(ascii: body.isEmpty ? "[" : ","))
            body += text
        }
        body.append(UInt8(ascii: "]"))
        return .json(body, index: index)
    }

    /// The text of entries as elements of an array, without its brackets.
    private static func elements(_ entries: ArraySlice<KeyValueEntry>) -> [UInt8] {
        var writer = JSONWriter(isPretty: false)
        writer.array { writer in for entry in entries { writer.entry(entry) } }
        return Array(writer.finished().dropFirst().dropLast())
    }

    private func names(_ request: APIRequest, prefix: String) async throws(APIError) -> APIAnswer {
        let blocking = try APIBlocking(request.query)
        let separator = request.query["separator"] ?? ""
        return try await blocking.answer(store, .prefix(prefix), current: { $0.index(prefix: prefix) }) {
            state, index in
            var names: [String] = []
            state.entries.forEach(prefix: prefix) {
                let name = Self.name(of: $0.key, behind: prefix, upTo: separator)
                if names.last.map({ !KeyOrder.equals($0, name) }) ?? true { names.append(name) }
            }
            if names.isEmpty, !prefix.isEmpty { return .missing(index: index) }
            var writer = request.writer
            writer.array { writer in for name in names { writer.string(name) } }
            return .json(writer, index: index)
        }
    }

    /// `key` up to and with the first separator behind the prefix.
    private static func name(of key: String, behind prefix: String, upTo separator: String) -> String {
        guard !separator.isEmpty else { return key }
        let octets = Array(key.utf8)
        let wanted = Array(separator.utf8)
        var position = prefix.utf8.count
        while position + wanted.count <= octets.count {
            if octets[position..<position + wanted.count].elementsEqual(wanted) {
                return String(decoding: octets[..<(position + wanted.count)], as: UTF8.self)
            }
            position += 1
        }
        return key
    }

    // MARK: Writing

    private func put(_ request: APIRequest, key: String) async throws(APIError) -> APIAnswer {
        guard !key.isEmpty else { throw APIError(.badRequest, "Missing key name") }
        try Self.refuseUnprintable(key)
        let query = request.query
        try query.refuseConflicts(of: ["cas", "acquire", "release"])
        var operation = StoreOperation(verb: .set, key: key, value: request.body)
        operation.flags = try query.unsigned("flags") ?? 0
        if let index = try query.unsigned("cas") {
            operation.verb = .cas
            operation.index = index
        }
        if let session = query["acquire"] {
            operation.verb = .lock
            operation.session = session
        }
        if let session = query["release"] {
            operation.verb = .unlock
            operation.session = session
        }
        return try await perform(operation, request)
    }

    private func delete(_ request: APIRequest, key: String) async throws(APIError) -> APIAnswer {
        let query = request.query
        try query.refuseConflicts(of: ["recurse", "cas"])
        if query.has("recurse") { return try await perform(StoreOperation(verb: .deleteTree, key: key), request) }
        guard !key.isEmpty else { throw APIError(.badRequest, "Missing key name") }
        var operation = StoreOperation(verb: .delete, key: key)
        if let index = try query.unsigned("cas") {
            operation.verb = .deleteCAS
            operation.index = index
        }
        return try await perform(operation, request)
    }

    private func perform(_ operation: StoreOperation, _ request: APIRequest) async throws(APIError) -> APIAnswer {
        switch await store.submit(.operation(operation)) {
        case .refused(.invalid(let text)): throw APIError(.internalServerError, text)
        case .failed(let error): throw APIError(.internalServerError, error.description)
        case .refused(.unmet): return request.answer(false)
        default: return request.answer(true)
        }
    }

    /// Consul takes no keys that would not be seen in a log or on a terminal.
    private static func refuseUnprintable(_ key: String) throws(APIError) {
        let isPrintable = key.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
            case .spaceSeparator: scalar == " "
            default: true
            }
        }
        guard isPrintable else { throw APIError(.badRequest, "The key holds a character that cannot be printed") }
    }
}

extension JSONWriter {
    /// An entry with Consul's members in Consul's order.
    mutating func entry(_ entry: KeyValueEntry) {
        object { writer in
            writer.name("LockIndex")
            writer.number(entry.lockIndex)
            writer.name("Key")
            writer.string(entry.key)
            writer.name("Flags")
            writer.number(entry.flags)
            writer.name("Value")
            writer.base64(entry.value)
            if let session = entry.session {
                writer.name("Session")
                writer.string(session)
            }
            writer.name("CreateIndex")
            writer.number(entry.createIndex)
            writer.name("ModifyIndex")
            writer.number(entry.modifyIndex)
        }
    }
}
