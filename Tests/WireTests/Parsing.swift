import Wire

/// A parsed request with what the tests ask of it, copied out of the buffer.
struct ParsedRequest {
    var head: RequestHead
    var fields: [ParsedField]
    var table: [HeaderField]
    var method: String
    var target: String
    var path: String
    var query: String
    var authority: String
    var host: String
}

/// A parsed response, copied out of the buffer.
struct ParsedResponse {
    var head: ResponseHead
    var fields: [ParsedField]
    var table: [HeaderField]
    var reason: String
}

/// A field, copied out of the buffer.
struct ParsedField: Equatable {
    var name: String
    var value: String
    var known: HeaderName
    var isHopByHop: Bool
}

/// Calls the parser as the gateway does and copies the results, so that tests can be written with strings.
struct Parsing {
    var parser = HeadParser(limits: HeadLimits())
    var capacity = 100

    func request(_ bytes: [UInt8]) -> (outcome: HeadOutcome, request: ParsedRequest) {
        let table = FieldTable(capacity: capacity)
        defer { table.deallocate() }
        var head = RequestHead()
        let outcome = unsafe bytes.withUnsafeBytes { unsafe parser.parseRequest($0, fields: table, head: &head) }
        let request = ParsedRequest(
            head: head, fields: copy(table, head.fieldCount, bytes),
            table: (0..<head.fieldCount).map { table[$0] }, method: text(head.methodRange, bytes),
            target: text(head.target, bytes), path: text(head.path, bytes), query: text(head.query, bytes),
            authority: text(head.authority, bytes), host: text(head.host, bytes))
        return (outcome, request)
    }

    func response(_ bytes: [UInt8], to method: Method = .get) -> (outcome: HeadOutcome, response: ParsedResponse) {
        let table = FieldTable(capacity: capacity)
        defer { table.deallocate() }
        var head = ResponseHead()
        let outcome = unsafe bytes.withUnsafeBytes {
            unsafe parser.parseResponse($0, to: method, fields: table, head: &head)
        }
        let response = ParsedResponse(
            head: head, fields: copy(table, head.fieldCount, bytes),
            table: (0..<head.fieldCount).map { table[$0] }, reason: text(head.reason, bytes))
        return (outcome, response)
    }

    func trailers(_ bytes: [UInt8]) -> (outcome: HeadOutcome, fields: [ParsedField], consumed: Int) {
        let table = FieldTable(capacity: capacity)
        defer { table.deallocate() }
        var count = 0
        var consumed = 0
        let outcome = unsafe bytes.withUnsafeBytes {
            unsafe parser.parseTrailers($0, fields: table, count: &count, consumed: &consumed)
        }
        return (outcome, copy(table, count, bytes), consumed)
    }

    private func copy(_ table: FieldTable, _ count: Int, _ bytes: [UInt8]) -> [ParsedField] {
        (0..<count).map { index in
            let field = table[index]
            let name = ByteRange(start: field.nameStart, count: UInt32(field.nameCount))
            return ParsedField(
                name: text(name, bytes), value: text(field.value, bytes), known: field.name,
                isHopByHop: field.isHopByHop)
        }
    }
}

/// The octets of a range as text, one scalar an octet.
func text(_ range: ByteRange, _ bytes: [UInt8]) -> String {
    text(bytes[Int(range.start)..<Int(range.end)])
}

/// Octets as text, one scalar an octet, so that nothing is lost whatever they are.
func text(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
    return text
}

/// The octets of a text that was written one scalar an octet.
func octets(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

/// The normal form of a path, or nil if it is refused.
func normalized(_ path: String) -> String? {
    let bytes = octets(path)
    var output = [UInt8](repeating: 0xEE, count: bytes.count)
    let count = unsafe bytes.withUnsafeBytes { source in
        unsafe output.withUnsafeMutableBytes { unsafe RequestPath.normalize(source, into: $0) }
    }
    return count < 0 ? nil : text(output[..<count])
}

func isNormal(_ path: String) -> Bool {
    unsafe octets(path).withUnsafeBytes { unsafe RequestPath.isNormal($0) }
}
