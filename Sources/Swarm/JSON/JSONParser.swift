/// Why octets are no JSON.
struct JSONError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    var reason: String
    /// Octets before it.
    var offset: Int

    var description: String { "\(reason) at octet \(offset)" }
}

extension JSONValue {
    /// Reads one document (RFC 8259); anything but white space after it is an error.
    ///
    /// - Throws: ``JSONError`` for what is no JSON, is nested more than ``JSONParser/depthLimit`` deep, or is no UTF-8.
    init(parsing octets: [UInt8]) throws(JSONError) {
        var parser = JSONParser(octets)
        self = try parser.document()
    }
}

/// Reads JSON strictly.
struct JSONParser {
    /// Arrays and objects within each other; what Docker's API nests is a tenth of that.
    static let depthLimit = 128

    private let octets: [UInt8]
    private var place = 0

    init(_ octets: [UInt8]) {
        self.octets = octets
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard place == octets.count else { throw error("text after the document") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth < Self.depthLimit else { throw error("nested more than \(Self.depthLimit) deep") }
        skipSpace()
        guard place < octets.count else { throw error("the end where a value is expected") }
        switch octets[place] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        place += 1
        var object = JSONObject()
        skipSpace()
        if takes(UInt8(ascii: "}")) { return .object(object) }
        while true {
            skipSpace()
            guard place < octets.count, octets[place] == UInt8(ascii: "\"") else { throw error("no name in quotes") }
            let name = try string()
            skipSpace()
            guard takes(UInt8(ascii: ":")) else { throw error("no colon after a name") }
            object[name] = try value(depth: depth + 1)
            skipSpace()
            if takes(UInt8(ascii: "}")) { return .object(object) }
            guard takes(UInt8(ascii: ",")) else { throw error("neither comma nor } after a member") }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        place += 1
        var elements: [JSONValue] = []
        skipSpace()
        if takes(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth + 1))
            skipSpace()
            if takes(UInt8(ascii: "]")) { return .array(elements) }
            guard takes(UInt8(ascii: ",")) else { throw error("neither comma nor ] after an element") }
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let expected = Array("\(word)".utf8)
        guard octets[place...].starts(with: expected) else { throw error("neither true, false nor null") }
        place += expected.count
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = place
        _ = takes(UInt8(ascii: "-"))
        if !takes(UInt8(ascii: "0")) { try digits() }
        if takes(UInt8(ascii: ".")) { try digits() }
        if takes(UInt8(ascii: "e")) || takes(UInt8(ascii: "E")) {
            if !takes(UInt8(ascii: "+")) { _ = takes(UInt8(ascii: "-")) }
            try digits()
        }
        return .number(String(decoding: octets[start..<place], as: UTF8.self))
    }

    private mutating func digits() throws(JSONError) {
        let start = place
        while place < octets.count, octets[place].isDigit { place += 1 }
        guard place > start else { throw error("no value that JSON knows") }
    }

    // MARK: - Text

    private mutating func string() throws(JSONError) -> String {
        place += 1
        let start = place
        // Most texts have no escapes and are taken as they lie.
        while place < octets.count, octets[place] != UInt8(ascii: "\""), octets[place] != UInt8(ascii: "\\") {
            guard octets[place] >= 0x20 else { throw error("a control character in a text") }
            place += 1
        }
        guard place < octets.count else { throw error("a text without its end") }
        if octets[place] == UInt8(ascii: "\"") {
            guard let string = String(validating: octets[start..<place], as: UTF8.self) else {
                place = start
                throw error("a text that is no UTF-8")
            }
            place += 1
            return string
        }
        var text = Array(octets[start..<place])
        while octets[place] != UInt8(ascii: "\"") {
            if octets[place] == UInt8(ascii: "\\") {
                place += 1
                try escape(into: &text)
            } else {
                guard octets[place] >= 0x20 else { throw error("a control character in a text") }
                text.append(octets[place])
                place += 1
            }
            guard place < octets.count else { throw error("a text without its end") }
        }
        place += 1
        guard let string = String(validating: text, as: UTF8.self) else {
            place = start
            throw error("a text that is no UTF-8")
        }
        return string
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard place < octets.count else { throw error("a text without its end") }
        let kind = octets[place]
        place += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += Array(String(try scalar()).utf8)
        default: throw error("an escape that JSON does not know")
        }
    }

    /// What `\uXXXX` stands for, with the second half of a pair; half a pair is the replacement character, as in Go.
    private mutating func scalar() throws(JSONError) -> Unicode.Scalar {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        let first = try hexadecimal()
        guard (0xD800...0xDFFF).contains(first) else { return Unicode.Scalar(first) ?? replacement }
        guard first < 0xDC00, octets[place...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
            return replacement
        }
        let before = place
        place += 2
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second) else {
            place = before
            return replacement
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? replacement
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard place + 4 <= octets.count else { throw error("a text without its end") }
        let digits = octets[place..<place + 4]
        // What UInt32 takes besides, a sign, is ruled out.
        guard digits.allSatisfy({ $0 >= 0x30 }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw error("an escape without four hexadecimal digits") }
        place += 4
        return value
    }

    // MARK: - Octets

    private mutating func skipSpace() {
        while place < octets.count {
            switch octets[place] {
            case 0x20, 0x0A, 0x0D, 0x09: place += 1
            default: return
            }
        }
    }

    private mutating func takes(_ sign: UInt8) -> Bool {
        guard place < octets.count, octets[place] == sign else { return false }
        place += 1
        return true
    }

    private func error(_ reason: String) -> JSONError {
        JSONError(reason: reason, offset: place)
    }
}
