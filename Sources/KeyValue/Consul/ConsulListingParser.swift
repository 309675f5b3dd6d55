/// Reads the JSON array of entries that Consul answers a key or a prefix with.
///
/// It exists because a listing of 10,000 entries is read at every change of any of them, and a general decoder takes
/// many times as long. It is strict: RFC 8259 and nothing beside it, every known member of its one type, octets of text
/// in UTF-8, base64 without slack. What it refuses is reported as garbled and never taken for an empty listing.
/// Members that it does not know are checked for syntax and skipped.
///
/// Bounds: nesting of unknown members to ``depthMax``; the size of the text is bounded by who reads it from the network.
struct ConsulListingParser {
    /// What is wrong with the text, and at which octet.
    struct Failure: Error, Equatable {
        /// What was expected or refused.
        var problem: String
        /// The offset of the octet where it was noticed.
        var offset: Int
    }

    /// How deep members that are skipped may nest: Consul's are flat, and a recursion needs a bound.
    static let depthMax = 32

    var position = 0
    private var scratch: [UInt8] = []

    /// The entries in `text`, in its order.
    static func parse(_ text: Span<UInt8>) throws(Failure) -> [KeyValueEntry] {
        var parser = ConsulListingParser()
        var entries: [KeyValueEntry] = []
        entries.reserveCapacity(text.count / 160)
        try parser.parseList(text) { parser, text throws(Failure) in entries.append(try parser.parseEntry(text)) }
        return entries
    }

    func failure(_ problem: String) -> Failure {
        Failure(problem: problem, offset: position)
    }

    // MARK: Structure

    /// Passes over an array; `element` reads each of its elements, which is where ``position`` is.
    mutating func parseList(
        _ text: Span<UInt8>, _ element: (inout ConsulListingParser, Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        skipSpace(text)
        try expect(UInt8(ascii: "["), "an array of entries", text)
        skipSpace(text)
        if !take(UInt8(ascii: "]"), text) {
            repeat {
                skipSpace(text)
                try element(&self, text)
                skipSpace(text)
            } while take(UInt8(ascii: ","), text)
            try expect(UInt8(ascii: "]"), "',' or ']' after an entry", text)
        }
        skipSpace(text)
        guard position == text.count else { throw failure("text after the array") }
    }

    /// Reads an entry's object.
    mutating func parseEntry(_ text: Span<UInt8>) throws(Failure) -> KeyValueEntry {
        try expect(UInt8(ascii: "{"), "an object as entry", text)
        var entry = KeyValueEntry(key: "", value: [])
        var hasKey = false
        skipSpace(text)
        if !take(UInt8(ascii: "}"), text) {
            repeat {
                skipSpace(text)
                if try parseMember(text, into: &entry) { hasKey = true }
                skipSpace(text)
            } while take(UInt8(ascii: ","), text)
            try expect(UInt8(ascii: "}"), "',' or '}' after a member", text)
        }
        guard hasKey else { throw failure("an entry without Key") }
        return entry
    }

    /// Reads one member.
    ///
    /// - Returns: whether it was `Key`.
    private mutating func parseMember(_ text: Span<UInt8>, into entry: inout KeyValueEntry) throws(Failure) -> Bool {
        let name = try parseRawString(text)
        skipSpace(text)
        try expect(UInt8(ascii: ":"), "':' after a member's name", text)
        skipSpace(text)
        // Told apart by length first: the names are Consul's and known.
        if Self.matches(text, name, "Key") {
            entry.key = try parseString(text)
            return true
        } else if Self.matches(text, name, "Value") {
            entry.value = try parseValue(text)
        } else if Self.matches(text, name, "Flags") {
            entry.flags = try parseUnsigned(text)
        } else if Self.matches(text, name, "LockIndex") {
            entry.lockIndex = try parseUnsigned(text)
        } else if Self.matches(text, name, "CreateIndex") {
            entry.createIndex = try parseUnsigned(text)
        } else if Self.matches(text, name, "ModifyIndex") {
            entry.modifyIndex = try parseUnsigned(text)
        } else if Self.matches(text, name, "Session") {
            let session = try takeNull(text) ? "" : try parseString(text)
            entry.session = session.isEmpty ? nil : session
        } else {
            let start = position
            position = name.lowerBound - 1
            _ = try parseString(text)
            position = start
            try skipValue(text, depth: 0)
        }
        return false
    }

    private static func matches(_ text: Span<UInt8>, _ range: Range<Int>, _ name: StaticString) -> Bool {
        guard range.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { expected in
            for offset in 0..<range.count where unsafe text[range.lowerBound + offset] != expected[offset] {
                return false
            }
            return true
        }
    }

    // MARK: Values

    private mutating func parseValue(_ text: Span<UInt8>) throws(Failure) -> [UInt8] {
        if try takeNull(text) { return [] }
        let range = try parseRawString(text)
        if let value = Base64.decode(text.extracting(range)) { return value }
        // A writer may escape the slash: rare, so on the slow way.
        position = range.lowerBound - 1
        let unescaped = Array(try parseString(text).utf8)
        guard let value = Base64.decode(unescaped.span) else { throw failure("a Value that is not base64") }
        return value
    }

    private mutating func parseUnsigned(_ text: Span<UInt8>) throws(Failure) -> UInt64 {
        let start = position
        var number: UInt64 = 0
        while position < text.count, let digit = Self.digit(text[position]) {
            let (product, isTooBig) = number.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = product.addingReportingOverflow(digit)
            guard !isTooBig, !isOver else { throw failure("a number beyond 64 bits") }
            number = sum
            position += 1
        }
        guard position > start else { throw failure("expected a whole number") }
        guard text[start] != UInt8(ascii: "0") || position == start + 1 else {
            throw failure("a number with a leading 0")
        }
        if position < text.count {
            let next = text[position] | 0x20
            guard next != UInt8(ascii: "e"), text[position] != UInt8(ascii: ".") else {
                throw failure("expected a whole number")
            }
        }
        return number
    }

    static func digit(_ octet: UInt8) -> UInt64? {
        octet >= UInt8(ascii: "0") && octet <= UInt8(ascii: "9") ? UInt64(octet - UInt8(ascii: "0")) : nil
    }

    // MARK: Strings

    /// Passes over a string, checking that it has no control characters.
    ///
    /// - Returns: the range between its quotes, escapes not yet undone.
    private mutating func parseRawString(_ text: Span<UInt8>) throws(Failure) -> Range<Int> {
        try expect(UInt8(ascii: "\""), "a string", text)
        let start = position
        var at = start
        let count = text.count
        while at < count {
            at = Self.skipPlain(text, from: at)
            guard at < count else { break }
            let octet = text[at]
            if octet == UInt8(ascii: "\"") {
                position = at + 1
                return start..<at
            }
            guard octet >= 0x20 else {
                position = at
                throw failure("a control character in a string")
            }
            at += octet == UInt8(ascii: "\\") ? 2 : 1
        }
        position = count
        throw failure("a string without end")
    }

    /// Passes over eight octets at a time as long as none of them is a quote, a backslash or a control character.
    private static func skipPlain(_ text: Span<UInt8>, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        let octets = unsafe text.bytes
        var at = start
        while at + 8 <= octets.byteCount {
            // Safety: the eight octets are within the span, and any bit pattern is a UInt64.
            let word = unsafe octets.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // The top bit of an octet is set where a subtraction borrowed: where it was below 0x20, or zero.
            let found =
                ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            guard found & tops == 0 else { break }
            at += 8
        }
        return at
    }

    mutating func parseString(_ text: Span<UInt8>) throws(Failure) -> String {
        let range = try parseRawString(text)
        let end = position
        let raw = text.extracting(range)
        if !Self.hasEscapes(raw) {
            guard let utf8 = try? UTF8Span(validating: raw) else { throw failure("a string that is not UTF-8") }
            return String(copying: utf8)
        }
        scratch.removeAll(keepingCapacity: true)
        position = range.lowerBound
        while position < range.upperBound {
            let octet = text[position]
            position += 1
            if octet == UInt8(ascii: "\\") {
                try unescape(text, end: range.upperBound)
            } else {
                scratch.append(octet)
            }
        }
        position = end
        guard let utf8 = try? UTF8Span(validating: scratch.span) else { throw failure("a string that is not UTF-8") }
        return String(copying: utf8)
    }

    private static func hasEscapes(_ raw: Span<UInt8>) -> Bool {
        for offset in 0..<raw.count where raw[offset] == UInt8(ascii: "\\") { return true }
        return false
    }

    /// Undoes the escape after a backslash (RFC 8259 section 7).
    private mutating func unescape(_ text: Span<UInt8>, end: Int) throws(Failure) {
        let octet = text[position]
        position += 1
        switch octet {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scratch.append(octet)
        case UInt8(ascii: "b"): scratch.append(0x08)
        case UInt8(ascii: "f"): scratch.append(0x0C)
        case UInt8(ascii: "n"): scratch.append(0x0A)
        case UInt8(ascii: "r"): scratch.append(0x0D)
        case UInt8(ascii: "t"): scratch.append(0x09)
        case UInt8(ascii: "u"):
            var code = UInt32(try parseHex(text, end: end))
            if code & 0xFC00 == 0xD800 {
                guard position + 1 < end, text[position] == UInt8(ascii: "\\"), text[position + 1] == UInt8(ascii: "u")
                else { throw failure("half of a surrogate pair") }
                position += 2
                let low = UInt32(try parseHex(text, end: end))
                guard low & 0xFC00 == 0xDC00 else { throw failure("half of a surrogate pair") }
                code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure("half of a surrogate pair") }
            scratch.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        default:
            throw failure("an unknown escape")
        }
    }

    private mutating func parseHex(_ text: Span<UInt8>, end: Int) throws(Failure) -> UInt16 {
        guard position + 4 <= end else { throw failure("an escape without its four digits") }
        var code: UInt16 = 0
        for _ in 0..<4 {
            let octet = text[position]
            let digit: UInt8
            switch octet {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = octet - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = octet - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = octet - UInt8(ascii: "A") + 10
            default: throw failure("an escape without its four digits")
            }
            code = code << 4 | UInt16(digit)
            position += 1
        }
        return code
    }

    // MARK: Octets

    mutating func skipSpace(_ text: Span<UInt8>) {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func take(_ octet: UInt8, _ text: Span<UInt8>) -> Bool {
        guard position < text.count, text[position] == octet else { return false }
        position += 1
        return true
    }

    mutating func expect(_ octet: UInt8, _ what: String, _ text: Span<UInt8>) throws(Failure) {
        guard take(octet, text) else { throw failure("expected \(what)") }
    }

    private mutating func takeNull(_ text: Span<UInt8>) throws(Failure) -> Bool {
        guard position < text.count, text[position] == UInt8(ascii: "n") else { return false }
        try expectWord("null", text)
        return true
    }

    mutating func expectWord(_ word: String, _ text: Span<UInt8>) throws(Failure) {
        for octet in word.utf8 {
            guard take(octet, text) else { throw failure("expected \(word)") }
        }
    }
}
