import Wire

/// What must hold of every outcome, whatever the bytes: asked by the tests and by the fuzz targets in `Tests/Fuzz`.
///
/// Each function returns what was violated, or nil.
enum WireInvariants {
    /// Requests: ranges, agreement with the reference, independence of the split, one framing, and a second reading.
    static func request(_ bytes: [UInt8]) -> String? {
        let parsing = Parsing()
        let (outcome, request) = parsing.request(bytes)
        let reference = ReferenceRequest(bytes)
        guard outcome == .complete else {
            if let reference { return "refused with \(outcome), but the reference reads \(reference)" }
            return stability(bytes, outcome) { parsing.request($0).outcome }
        }
        guard let reference else { return "accepted, but the reference refuses it" }
        let meaning = request.meaning
        if meaning != reference { return "read as \(meaning), but the reference reads \(reference)" }
        if let violation = layout(bytes, request.table, head: request.head.headCount) { return violation }
        let lengths = request.fields.filter { $0.known == .contentLength }.count
        let codings = request.fields.filter { $0.known == .transferEncoding }.count
        if lengths + codings > 1 { return "two framings" }
        if (request.head.framing == .chunked) != (codings == 1) { return "chunked without saying so" }
        if (request.head.framing == .length) != (lengths == 1) { return "a length without saying so" }
        if request.fields.filter({ $0.known == .host }).count > 1 { return "two hosts" }

        let (again, second) = parsing.request(serialized(request.line, request.fields))
        guard again == .complete, second.meaning.sameExceptCount(meaning) else { return "reads differently again" }
        return stability(bytes, outcome) { parsing.request($0).outcome }
    }

    /// Responses: the same, against the lines' reference.
    static func response(_ bytes: [UInt8]) -> String? {
        let parsing = Parsing()
        for method in [Method.get, .head] {
            let (outcome, response) = parsing.response(bytes, to: method)
            if let violation = stability(bytes, outcome, { parsing.response($0, to: method).outcome }) {
                return violation
            }
            let lines = ReferenceHead(bytes)
            guard outcome == .complete else { continue }
            guard let lines, let body = lines.body(isHTTP10: response.head.minorVersion == 0) else {
                return "accepted, but the reference refuses it"
            }
            if let violation = layout(bytes, response.table, head: response.head.headCount) { return violation }
            if response.head.headCount != lines.count { return "ends elsewhere" }
            let hasBody = method != .head && response.head.status >= 200 && ![204, 304].contains(response.head.status)
            let framing: BodyFraming =
                switch body {
                case _ where !hasBody: .none
                case .none: .untilClose
                case .length: .length
                case .chunked: .chunked
                }
            if framing != response.head.framing { return "framed as \(response.head.framing), not \(framing)" }
            if case .length(let length) = body, hasBody, length != response.head.contentLength {
                return "another length"
            }
            if response.fields.map(\.name) != lines.fields.map(\.name) { return "other names" }
            if response.fields.map(\.value) != lines.fields.map(\.value) { return "other values" }
            if framing == .untilClose && response.head.keepAlive { return "kept alive without an end" }
        }
        return nil
    }

    /// Once refused, a head stays refused for the same reason; before it is complete, it is incomplete.
    private static func stability(
        _ bytes: [UInt8], _ outcome: HeadOutcome, _ parse: ([UInt8]) -> HeadOutcome
    ) -> String? {
        // A few prefixes of every length: all of short heads, and a spread of long ones.
        let step = max(1, bytes.count / 60)
        for count in stride(from: 0, to: bytes.count, by: step) {
            let early = parse(Array(bytes[..<count]))
            if early != .incomplete && early != outcome { return "\(early) after \(count) octets, then \(outcome)" }
        }
        return nil
    }

    /// All field ranges lie within the head, in order, and do not overlap.
    private static func layout(_ bytes: [UInt8], _ table: [HeaderField], head: Int) -> String? {
        if head > bytes.count { return "ends beyond its bytes" }
        var last = 0
        for field in table {
            let name = Int(field.nameStart)
            let value = Int(field.valueStart)
            guard name >= last, field.nameCount > 0, bytes[name + Int(field.nameCount)] == UInt8(ascii: ":"),
                value > name + Int(field.nameCount), value + Int(field.valueCount) + 2 <= Int(field.lineEnd),
                bytes[Int(field.lineEnd) - 2] == 13, bytes[Int(field.lineEnd) - 1] == 10
            else { return "a field's ranges are wrong" }
            last = Int(field.lineEnd)
        }
        return last + 2 <= head ? nil : "fields run into the end"
    }

    private static func serialized(_ line: String, _ fields: [ParsedField]) -> [UInt8] {
        octets(line + "\r\n" + fields.map { "\($0.name): \($0.value)\r\n" }.joined() + "\r\n")
    }

    /// Chunked bodies: agreement with the reference in one piece, octet by octet and in the pieces that `seed` makes.
    static func chunked(_ bytes: [UInt8], seed: UInt64) -> String? {
        let whole = referenceDecode(bytes)
        var random = SeededGenerator(seed: seed)
        let ways: [() -> Int] = [{ bytes.count }, { 1 }, { Int.random(in: 1...9, using: &random) }]
        for next in ways {
            switch decode(bytes, next: next) {
            case .success(let body) where body == whole: continue
            case .success(let body): return "decoded as \(body), but the reference has \(whole)"
            case .failure(let violation): return violation.text
            }
        }
        return nil
    }

    /// Paths: agreement with the reference, a fixed point, and an honest ``RequestPath/isNormal(_:)``.
    static func path(_ bytes: [UInt8]) -> String? {
        let path = text(bytes)
        let expected = referenceNormalized(path)
        let actual = normalized(path)
        if actual != expected { return "\(actual ?? "refused"), but the reference has \(expected ?? "refused")" }
        if let actual, normalized(actual) != actual { return "not a fixed point: \(actual)" }
        if isNormal(path), path.hasPrefix("/"), actual != path { return "called normal" }
        return nil
    }
}

extension ParsedRequest {
    /// The start line, written again.
    var line: String { "\(method) \(target) HTTP/1.\(head.minorVersion)" }

    /// What the reference would say of it.
    var meaning: ReferenceRequest {
        ReferenceRequest(self)
    }
}

extension ReferenceRequest {
    /// The parser's reading in the reference's terms.
    init(_ parsed: ParsedRequest) {
        self.init()
        method = parsed.method
        target = parsed.target
        path = parsed.path
        query = parsed.head.hasQuery ? parsed.query : nil
        authority = parsed.authority
        host = parsed.host
        minorVersion = Int(parsed.head.minorVersion)
        fields = parsed.fields.map { ReferenceField(name: $0.name, value: $0.value, isHopByHop: $0.isHopByHop) }
        framing = parsed.head.framing
        contentLength = parsed.head.contentLength
        keepAlive = parsed.head.keepAlive
        expectsContinue = parsed.head.expectsContinue
        wantsUpgrade = parsed.head.wantsUpgrade
        acceptsTrailers = parsed.head.acceptsTrailers
        headCount = parsed.head.headCount
    }

    func sameExceptCount(_ other: ReferenceRequest) -> Bool {
        var copy = self
        copy.headCount = other.headCount
        return copy == other
    }
}

/// A path's normal form worked out the plain way, or nil if it is refused.
func referenceNormalized(_ path: String) -> String? {
    if path.isEmpty || path == "*" { return path }
    var decoded = ""
    var scalars = Array(path.unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
        guard scalar == "%" else {
            decoded.unicodeScalars.append(scalar)
            continue
        }
        guard scalars.count >= 2 else { return nil }
        let digits = scalars.prefix(2)
        scalars = scalars.dropFirst(2)
        guard digits.allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }) else { return nil }
        let hex = digits.map { String($0) }.joined().uppercased()
        guard let value = UInt32(hex, radix: 16), value != 0, let octet = Unicode.Scalar(value) else { return nil }
        let isUnreserved = octet.isASCII && (octet.properties.isAlphabetic || ("0"..."9").contains(octet))
        if isUnreserved || "-._~".unicodeScalars.contains(octet) {
            decoded.unicodeScalars.append(octet)
        } else {
            decoded += "%" + hex
        }
    }
    guard decoded.unicodeScalars.first == "/" else { return nil }
    var segments = [String]()
    let parts = decoded.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
        String($0)
    }
    for (index, part) in parts.enumerated() {
        if part.hasPrefix("..;") || part.hasPrefix(".;") { return nil }
        if part == ".." {
            if segments.isEmpty { return nil }
            segments.removeLast()
        }
        if part != "." && part != ".." {
            segments.append(part)
        } else if index == parts.count - 1 {
            segments.append("")
        }
    }
    return "/" + segments.joined(separator: "/")
}
