internal import Template

/// JSON as Go's encoding/json reads it into an `interface {}`, with its words for what is wrong.
///
/// Numbers become float64, of a name that is there twice the last value stays, and what is not UTF-8 is replaced.
struct JSONDecoding {
    /// Arrays and objects within one another; Go allows 10,000, which would need that much of the stack.
    static let depth = 1000

    private let text: [UInt8]
    private let keepsIntegers: Bool
    private var index = 0
    private var depth = 0

    /// The value that `text` holds.
    ///
    /// - Parameter keepsIntegers: a number that is written as one and fits becomes an int, as a template's author means it.
    static func value(_ text: [UInt8], keepsIntegers: Bool = false) throws(FunctionError) -> Value {
        var reader = JSONDecoding(text: text, keepsIntegers: keepsIntegers)
        let value = try reader.value()
        reader.skipBlanks()
        if reader.index < text.count { throw reader.unexpected("after top-level value") }
        return value
    }

    private init(text: [UInt8], keepsIntegers: Bool) {
        self.text = text
        self.keepsIntegers = keepsIntegers
    }

    private var current: UInt8? { index < text.count ? text[index] : nil }

    private mutating func skipBlanks() {
        while let octet = current, octet == 0x20 || octet == 0x0A || octet == 0x0D || octet == 0x09 { index += 1 }
    }

    private func unexpected(_ context: String) -> FunctionError {
        guard let octet = current else { return FunctionError("unexpected end of JSON input") }
        let name: String
        switch octet {
        case 0x27: name = #"'\''"#
        case 0x22: name = #"'"'"#
        default:
            let quoted = GoFormat.quote(String(Character(Unicode.Scalar(octet))))
            name = "'\(quoted.dropFirst().dropLast())'"
        }
        return FunctionError("invalid character \(name) \(context)")
    }

    private mutating func value() throws(FunctionError) -> Value {
        skipBlanks()
        switch current {
        case 0x7B: return try object()
        case 0x5B: return try array()
        case 0x22: return .string(try string())
        case 0x74: return try word("true", .bool(true))
        case 0x66: return try word("false", .bool(false))
        case 0x6E: return try word("null", .null)
        case let octet? where octet == 0x2D || octet &- 0x30 < 10: return try number()
        default: throw unexpected("looking for beginning of value")
        }
    }

    private mutating func word(_ word: String, _ value: Value) throws(FunctionError) -> Value {
        for (place, octet) in word.utf8.enumerated() {
            guard current == octet else {
                let expected = Character(Unicode.Scalar(octet))
                throw unexpected(
                    place == 0 ? "looking for beginning of value" : "in literal \(word) (expecting '\(expected)')")
            }
            index += 1
        }
        return value
    }

    private mutating func deeper() throws(FunctionError) {
        depth += 1
        if depth > Self.depth { throw FunctionError("exceeded max depth") }
    }

    private mutating func array() throws(FunctionError) -> Value {
        try deeper()
        defer { depth -= 1 }
        index += 1
        var items: [Value] = []
        skipBlanks()
        if current == 0x5D {
            index += 1
            return .list([])
        }
        while true {
            items.append(try value())
            skipBlanks()
            switch current {
            case 0x2C: index += 1
            case 0x5D:
                index += 1
                return .list(items)
            default: throw unexpected("after array element")
            }
        }
    }

    private mutating func object() throws(FunctionError) -> Value {
        try deeper()
        defer { depth -= 1 }
        index += 1
        var entries: [(key: Value, value: Value)] = []
        skipBlanks()
        if current == 0x7D {
            index += 1
            return .map(Map([:], isMutable: true))
        }
        while true {
            skipBlanks()
            guard current == 0x22 else { throw unexpected("looking for beginning of object key string") }
            let key = try string()
            skipBlanks()
            guard current == 0x3A else { throw unexpected("after object key") }
            index += 1
            entries.append((.string(key), try value()))
            skipBlanks()
            switch current {
            case 0x2C: index += 1
            case 0x7D:
                index += 1
                return .map(Map(entries, isMutable: true))
            default: throw unexpected("after object key:value pair")
            }
        }
    }

    private mutating func digits() {
        while let octet = current, octet &- 0x30 < 10 { index += 1 }
    }

    private mutating func number() throws(FunctionError) -> Value {
        let start = index
        if current == 0x2D {
            index += 1
            guard let octet = current, octet &- 0x30 < 10 else { throw unexpected("in numeric literal") }
        }
        if current == 0x30 { index += 1 } else { digits() }
        if current == 0x2E {
            index += 1
            guard let octet = current, octet &- 0x30 < 10 else {
                throw unexpected("after decimal point in numeric literal")
            }
            digits()
        }
        if current == 0x65 || current == 0x45 {
            index += 1
            if current == 0x2B || current == 0x2D { index += 1 }
            guard let octet = current, octet &- 0x30 < 10 else { throw unexpected("in exponent of numeric literal") }
            digits()
        }
        let literal = String(decoding: text[start..<index], as: UTF8.self)
        if keepsIntegers, let value = Int(literal) { return .int(value) }
        guard let value = Double(literal), value.isFinite else {
            throw FunctionError("json: cannot unmarshal number \(literal) into Go value of type float64")
        }
        return .float(value)
    }

    private mutating func string() throws(FunctionError) -> [UInt8] {
        index += 1
        var result: [UInt8] = []
        while let octet = current {
            switch octet {
            case 0x22:
                index += 1
                return result
            case 0x5C:
                index += 1
                try escape(into: &result)
            case 0..<0x20: throw unexpected("in string literal")
            case 0x20..<0x80:
                result.append(octet)
                index += 1
            default:
                let (rune, width) = Octets.decode(text, at: index)
                Octets.append(rune, to: &result)
                index += width
            }
        }
        throw unexpected("in string literal")
    }

    private mutating func escape(into result: inout [UInt8]) throws(FunctionError) {
        switch current {
        case 0x22, 0x5C, 0x2F: result.append(text[index])
        case 0x62: result.append(0x08)
        case 0x66: result.append(0x0C)
        case 0x6E: result.append(0x0A)
        case 0x72: result.append(0x0D)
        case 0x74: result.append(0x09)
        case 0x75:
            index += 1
            var rune = try unit()
            if 0xD800..<0xDC00 ~= rune, index + 1 < text.count, text[index] == 0x5C, text[index + 1] == 0x75 {
                let place = index
                index += 2
                let low = try unit()
                if 0xDC00..<0xE000 ~= low {
                    rune = 0x10000 + (rune - 0xD800) << 10 + (low - 0xDC00)
                } else {
                    index = place
                }
            }
            Octets.append(rune, to: &result)
            return
        default: throw unexpected("in string escape code")
        }
        index += 1
    }

    private mutating func unit() throws(FunctionError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let octet = current, let digit = Character(Unicode.Scalar(octet)).hexDigitValue else {
                throw unexpected("in \\u hexadecimal character escape")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
