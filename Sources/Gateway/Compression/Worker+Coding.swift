internal import Reactor
internal import Routing
internal import Wire

/// Whether an answer is compressed: what the client takes, what the endpoint says of its body, what the rule says.
extension Worker {
    /// Notes which coding the client would like best.
    func noteCodings(_ exchange: Ref<Exchange>, route: Int, service: Int, _ bytes: UnsafeRawBufferPointer) {
        guard let rule = table.compression(route: route, service: service) else { return }
        var accepted = AcceptEncoding()
        for position in 0..<requestHead.fieldCount where fields[position].name == .other {
            if unsafe isNamed(fields[position], "accept-encoding", in: bytes) {
                unsafe accepted.read(slice(bytes, fields[position].value))
            }
        }
        exchange.value.mayCompress = true
        exchange.value.coding = accepted.choice(among: rule.codings)
        exchange.value.refusesIdentity = accepted.weight(of: .identity) == 0
    }

    /// Decides whether the answer that `responseHead` describes is compressed, and takes an encoder if it is.
    mutating func chooseCoding(_ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer) {
        compressor.answer = AnswerCoding()
        // Of a try whose answer did not get as far as the client.
        dropEncoding(exchange)
        guard let table = holds[exchange.value.hold].value.table,
            let rule = table.compression(route: Int(exchange.value.route), service: Int(exchange.value.service))
        else { return }
        let facts = unsafe codingFacts(bytes, rule)
        compressor.answer.isVaried = facts.isVaried
        if responseHead.status == 304 {
            // It speaks of an answer that may have been compressed, and has to name it as that did (RFC 9110 §15.4.5).
            compressor.answer.varies = true
            if exchange.value.coding != .identity { compressor.answer.strongTag = facts.strongTag }
            return
        }
        guard isWorthCoding(exchange, facts, rule) else { return }
        compressor.answer.varies = true
        guard exchange.value.coding != .identity, exchange.value.minorVersion > 0 else { return }
        if exchange.value.method != .head {
            guard beginEncoding(exchange, rule, isPrompt: facts.isPrompt) else { return }
        }
        compressor.answer.coding = exchange.value.coding
        compressor.answer.strongTag = facts.strongTag
    }

    /// Whether a client that accepts a coding gets the body in it.
    private func isWorthCoding(_ exchange: Ref<Exchange>, _ facts: CodingFacts, _ rule: CompressionRule) -> Bool {
        let status = responseHead.status
        guard facts.isCovered, !facts.isFixed, !exchange.value.isGRPC, status != 204, status != 205, status != 206
        else { return false }
        // An answer to HEAD says what one to GET would.
        if exchange.value.method != .head, exchange.value.responseStage == .done { return false }
        let length = responseHead.contentLength
        return length < 0 || length >= rule.minimum || (exchange.value.refusesIdentity && length > 0)
    }

    private func codingFacts(_ bytes: UnsafeRawBufferPointer, _ rule: CompressionRule) -> CodingFacts {
        var facts = CodingFacts()
        for position in 0..<responseHead.fieldCount {
            let field = fields[position]
            let value = unsafe slice(bytes, field.value)
            if field.name == .contentType {
                let type = unsafe Self.mediaType(value)
                facts.isCovered = unsafe rule.covers(type.bytes)
                facts.isPrompt = unsafe isText(type, "text/event-stream")
                if unsafe startsWithFolded(type, "application/grpc") { facts.isFixed = true }
            } else if field.name == .other {
                unsafe note(field, value, bytes, &facts)
            }
        }
        return facts
    }

    private func note(
        _ field: HeaderField, _ value: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer,
        _ facts: inout CodingFacts
    ) {
        switch field.nameCount {
        case 4:
            if unsafe isNamed(field, "etag", in: bytes) {
                if unsafe value.first == UInt8(ascii: "\"") { facts.strongTag = field.value }
            } else if unsafe isNamed(field, "vary", in: bytes) {
                if unsafe names(value, "accept-encoding") || names(value, "*") { facts.isVaried = true }
            }
        case 13:
            if unsafe isNamed(field, "cache-control", in: bytes) {
                if unsafe names(value, "no-transform") { facts.isFixed = true }
            } else if unsafe isNamed(field, "content-range", in: bytes) || isNamed(field, "grpc-encoding", in: bytes) {
                facts.isFixed = true
            }
        case 16:
            if unsafe isNamed(field, "content-encoding", in: bytes) { facts.isFixed = true }
        default: break
        }
    }

    /// Whether the field is true of the body as the endpoint has it, and not of what the client gets.
    func isOfIdentity(_ field: HeaderField, _ bytes: UnsafeRawBufferPointer) -> Bool {
        if !compressor.answer.strongTag.isEmpty, unsafe isNamed(field, "etag", in: bytes) { return true }
        guard compressor.answer.coding != .identity else { return false }
        if field.name == .contentLength { return true }
        guard field.name == .other else { return false }
        switch field.nameCount {
        case 6: return unsafe isNamed(field, "digest", in: bytes)
        case 11: return unsafe isNamed(field, "content-md5", in: bytes) || isNamed(field, "repr-digest", in: bytes)
        // Parts of the compressed body cannot be asked for.
        case 13: return unsafe isNamed(field, "accept-ranges", in: bytes)
        case 14: return unsafe isNamed(field, "content-digest", in: bytes)
        default: return false
        }
    }

    /// The fields that tell the client and caches of the coding, in `head`.
    mutating func writeCodingFields(_ bytes: UnsafeRawBufferPointer) {
        if compressor.answer.coding != .identity {
            head.append("Content-Encoding: ")
            head.append(compressor.answer.coding.token)
            head.append("\r\n")
        }
        if !compressor.answer.strongTag.isEmpty {
            // The same meaning in other octets (RFC 9110 §8.8.1).
            let tag = unsafe slice(bytes, compressor.answer.strongTag)
            pool.reserve(tag.count + 320, in: &head)
            head.append("ETag: W/")
            unsafe head.append(tag)
            head.append("\r\n")
        }
        if compressor.answer.varies, !compressor.answer.isVaried { head.append("Vary: Accept-Encoding\r\n") }
    }

    // MARK: - Text

    func isNamed(_ field: HeaderField, _ lowercase: StaticString, in bytes: UnsafeRawBufferPointer) -> Bool {
        guard Int(field.nameCount) == lowercase.utf8CodeUnitCount else { return false }
        return unsafe equalsFolded(name(of: field, in: bytes), lowercase.octets)
    }

    private func isText(_ text: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
        unsafe text.count == lowercase.utf8CodeUnitCount && equalsFolded(text, lowercase.octets)
    }

    func startsWithFolded(_ text: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
        let count = lowercase.utf8CodeUnitCount
        guard text.count >= count else { return false }
        return unsafe equalsFolded(UnsafeRawBufferPointer(rebasing: text[..<count]), lowercase.octets)
    }

    /// What stands before the parameters.
    private static func mediaType(_ value: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var end = 0
        while end < value.count, unsafe value[end] != UInt8(ascii: ";") { end += 1 }
        while end > 0, unsafe value[end - 1] == 0x20 || value[end - 1] == 0x09 { end -= 1 }
        return unsafe UnsafeRawBufferPointer(rebasing: value[..<end])
    }

    /// Whether `lowercase` is a member of the list `value`, with or without something behind a `=`.
    private func names(_ value: UnsafeRawBufferPointer, _ lowercase: StaticString) -> Bool {
        var start = 0
        while start < value.count {
            var end = start
            while end < value.count, unsafe value[end] != UInt8(ascii: ",") { end += 1 }
            var first = start
            while first < end, unsafe value[first] == 0x20 || value[first] == 0x09 { first += 1 }
            var last = first
            while last < end, unsafe value[last] > 0x20 && value[last] != UInt8(ascii: "=") { last += 1 }
            if unsafe isText(UnsafeRawBufferPointer(rebasing: value[first..<last]), lowercase) { return true }
            start = end + 1
        }
        return false
    }
}
