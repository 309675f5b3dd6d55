internal import NIOCore

/// Reads the heads of requests, octets in and heads out (RFC 9112 sections 2 to 6).
///
/// It is strict: whatever two readers may understand differently is refused, so that nothing can be hidden from the
/// manager in what goes on to an engine. That is a length given twice or beside chunks, a coding other than chunks, a line
/// that continues another, a lone CR or LF, a name with blanks. What it makes of octets does not depend on how they were cut
/// into reads.
struct RequestHeadParser: Sendable {
    private let limits: ServerLimits
    private var lines: LineReader
    private var line: (method: String, target: String, isOld: Bool)?
    private var fields: [(name: String, value: String)] = []
    private var emptyLines = 0

    init(_ limits: ServerLimits) {
        self.limits = limits
        lines = LineReader(limit: limits.headBytesMax)
    }

    /// Whether something of a head has come.
    private(set) var hasBegun = false

    /// The next head, taken out of the buffer; nil if it is not there yet.
    ///
    /// - Throws: ``RequestError``; no head follows then.
    mutating func next(_ buffer: inout ByteBuffer) throws(RequestError) -> RequestHead? {
        if buffer.readableBytes > 0 { hasBegun = true }
        while let octets = try nextLine(&buffer) {
            guard line != nil else {
                // Some clients end a body with a line too many (RFC 9112 section 2.2).
                if octets.isEmpty, emptyLines < 2 {
                    emptyLines += 1
                } else {
                    line = try Self.requestLine(octets)
                }
                continue
            }
            guard octets.isEmpty else {
                guard fields.count < limits.fieldsMax else {
                    throw RequestError(431, "the request has more than \(limits.fieldsMax) fields")
                }
                fields.append(try Self.field(octets))
                continue
            }
            let head = try settled()
            self = RequestHeadParser(limits)
            return head
        }
        return nil
    }

    private mutating func nextLine(_ buffer: inout ByteBuffer) throws(RequestError) -> [UInt8]? {
        do {
            return try lines.next(&buffer)
        } catch {
            switch error {
            case .tooLong: throw RequestError(431, "the request's head is larger than \(limits.headBytesMax) octets")
            case .control: throw RequestError(400, "malformed HTTP request: is TLS spoken to a port in the clear?")
            }
        }
    }

    // MARK: Lines

    private static func requestLine(
        _ octets: [UInt8]
    ) throws(RequestError) -> (method: String, target: String, isOld: Bool) {
        let words = octets.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, let method = token(words[0]), method.utf8.count <= 32 else {
            throw RequestError(400, "malformed HTTP request line")
        }
        guard !words[1].isEmpty, words[1].allSatisfy({ (0x21...0x7E).contains($0) }),
            let target = originForm(String(decoding: words[1], as: UTF8.self), method: method)
        else { throw RequestError(400, "malformed request target") }
        switch String(decoding: words[2], as: UTF8.self) {
        case "HTTP/1.1": return (method, target, false)
        case "HTTP/1.0": return (method, target, true)
        default:
            let isHTTP = words[2].starts(with: "HTTP/".utf8)
            throw isHTTP
                ? RequestError(505, "HTTP/1.1 is spoken here") : RequestError(400, "malformed HTTP request line")
        }
    }

    /// Path and query of a target; nil if it is none that a server is asked for.
    private static func originForm(_ target: String, method: String) -> String? {
        if target.hasPrefix("/") || (target == "*" && method == "OPTIONS") { return target }
        let lower = target.lowercased()
        guard let scheme = ["http://", "https://"].first(where: { lower.hasPrefix($0) }) else { return nil }
        let rest = target.dropFirst(scheme.count)
        guard let end = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return rest.isEmpty ? nil : "/" }
        guard end > rest.startIndex else { return nil }
        return rest[end] == "/" ? String(rest[end...]) : "/" + rest[end...]
    }

    private static func field(_ octets: [UInt8]) throws(RequestError) -> (name: String, value: String) {
        guard let colon = octets.firstIndex(of: UInt8(ascii: ":")), let name = token(octets[..<colon]) else {
            throw RequestError(400, "malformed HTTP field name")
        }
        var value = octets[(colon + 1)...]
        while let first = value.first, isBlank(first) { value.removeFirst() }
        while let last = value.last, isBlank(last) { value.removeLast() }
        // A lone CR is ruled out by the reader of lines, control octets too.
        guard let text = String(validating: value, as: UTF8.self) else {
            throw RequestError(400, "the HTTP field \(name) is no UTF-8")
        }
        return (name, text)
    }

    private static func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 }

    /// A token (RFC 9110 section 5.6.2); nil if it is none.
    private static func token(_ octets: ArraySlice<UInt8>) -> String? {
        guard !octets.isEmpty,
            octets.allSatisfy({ $0.isLetter || $0.isDigit || "!#$%&'*+-.^_`|~".utf8.contains($0) })
        else { return nil }
        return String(decoding: octets, as: UTF8.self)
    }

    // MARK: What fields mean together

    private func settled() throws(RequestError) -> RequestHead {
        guard let (method, target, isOld) = line else { throw RequestError(400, "malformed HTTP request line") }
        var hosts = 0
        var lengths: [String] = []
        var codings: [String] = []
        var options: Set<String> = []
        var expectations: [String] = []
        var names = false
        for field in fields {
            switch field.name.lowercased() {
            case "host": hosts += 1
            case "content-length": lengths.append(field.value)
            case "transfer-encoding": codings.append(field.value.lowercased())
            case "connection": options.formUnion(FieldList.members(field.value))
            case "expect": expectations.append(field.value.lowercased())
            case "upgrade": names = true
            default: break
            }
        }
        guard hosts == 1 || (isOld && hosts == 0) else {
            throw RequestError(400, hosts == 0 ? "missing required Host field" : "more than one Host field")
        }
        guard expectations.isEmpty || expectations == ["100-continue"] else {
            throw RequestError(417, "the expectation cannot be met")
        }
        let framing = try Self.framing(lengths, codings, isOld: isOld)
        return RequestHead(
            method: method, target: target, isOld: isOld, fields: fields, framing: framing,
            keepsAlive: !options.contains("close") && (!isOld || options.contains("keep-alive")),
            expectsContinue: !expectations.isEmpty && !isOld && framing != .none,
            isUpgrade: names && options.contains("upgrade") && !isOld)
    }

    private static func framing(
        _ lengths: [String], _ codings: [String], isOld: Bool
    ) throws(RequestError) -> BodyFraming {
        guard lengths.count + codings.count <= 1 else {
            throw RequestError(400, "the length of the request's body is given more than once")
        }
        if let coding = codings.first {
            guard !isOld else { throw RequestError(400, "HTTP/1.0 has no Transfer-Encoding") }
            guard coding == "chunked" else { throw RequestError(501, "unsupported transfer encoding") }
            return .chunked
        }
        guard let text = lengths.first else { return .none }
        // 18 digits fit 63 bits.
        guard (1...18).contains(text.utf8.count), text.utf8.allSatisfy(\.isDigit), let length = Int(text) else {
            throw RequestError(400, "malformed Content-Length")
        }
        return length == 0 ? .none : .length(length)
    }
}
