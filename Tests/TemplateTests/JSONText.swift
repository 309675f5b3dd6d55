import Template

/// JSON read so that the text of numbers is kept: 1 and 1.0 are different values of Go's.
enum JSONText: Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONText])
    case object([(String, JSONText)])

    /// What is wrong with a text, and where.
    struct Problem: Error {
        var message: String
        var offset: Int
    }

    /// Reads a whole text.
    init(_ octets: [UInt8]) throws {
        var reader = Reader(octets: octets)
        self = try reader.value()
        reader.skipSpace()
        guard reader.index == octets.count else { throw reader.problem("more than one value") }
    }

    /// The member `name` of an object.
    subscript(name: String) -> JSONText? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.0 == name }?.1
    }

    /// The text of a string.
    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// Whether it is true.
    var isTrue: Bool {
        if case .bool(let value) = self { value } else { false }
    }

    /// The elements of an array.
    var elements: [JSONText] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The value that a Go program would have read: whole numbers are ints unless all are floats.
    func value(allFloats: Bool) -> Value {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .string(let text): .string(text)
        case .number(let text):
            if !allFloats, !text.contains(where: { ".eE".contains($0) }), let number = Int(text) {
                .int(number)
            } else {
                .float(Double(text) ?? 0)
            }
        case .array(let elements): .list(elements.map { $0.value(allFloats: allFloats) })
        case .object(let members):
            .map(Map(members.map { (.string($0.0), $0.1.value(allFloats: allFloats)) }))
        }
    }

    private struct Reader {
        let octets: [UInt8]
        var index = 0

        init(octets: [UInt8]) { self.octets = octets }

        func problem(_ message: String) -> Problem { Problem(message: message, offset: index) }

        mutating func skipSpace() {
            while index < octets.count, [0x20, 0x0A, 0x0D, 0x09].contains(octets[index]) { index += 1 }
        }

        private mutating func accept(_ octet: UInt8) -> Bool {
            skipSpace()
            guard index < octets.count, octets[index] == octet else { return false }
            index += 1
            return true
        }

        private mutating func expect(_ octet: UInt8) throws {
            guard accept(octet) else { throw problem("no \(Character(Unicode.Scalar(octet)))") }
        }

        mutating func value() throws -> JSONText {
            skipSpace()
            guard index < octets.count else { throw problem("no value") }
            switch octets[index] {
            case 0x22: return .string(try string())
            case 0x5B: return .array(try array())
            case 0x7B: return .object(try object())
            default: break
            }
            let start = index
            while index < octets.count, ![0x2C, 0x5D, 0x7D, 0x20, 0x0A, 0x0D].contains(octets[index]) { index += 1 }
            let word = String(decoding: octets[start..<index], as: UTF8.self)
            switch word {
            case "null": return .null
            case "true": return .bool(true)
            case "false": return .bool(false)
            default: return .number(word)
            }
        }

        private mutating func array() throws -> [JSONText] {
            try expect(0x5B)
            var elements: [JSONText] = []
            if accept(0x5D) { return elements }
            repeat { elements.append(try value()) } while accept(0x2C)
            try expect(0x5D)
            return elements
        }

        private mutating func object() throws -> [(String, JSONText)] {
            try expect(0x7B)
            var members: [(String, JSONText)] = []
            if accept(0x7D) { return members }
            repeat {
                skipSpace()
                let name = try string()
                try expect(0x3A)
                members.append((name, try value()))
            } while accept(0x2C)
            try expect(0x7D)
            return members
        }

        private mutating func string() throws -> String {
            try expect(0x22)
            var result: [UInt8] = []
            while index < octets.count, octets[index] != 0x22 {
                let octet = octets[index]
                index += 1
                guard octet == 0x5C else {
                    result.append(octet)
                    continue
                }
                guard index < octets.count else { throw problem("no escape") }
                let escape = octets[index]
                index += 1
                switch escape {
                case 0x6E: result.append(0x0A)
                case 0x74: result.append(0x09)
                case 0x72: result.append(0x0D)
                case 0x62: result.append(0x08)
                case 0x66: result.append(0x0C)
                case 0x75: result += String(try scalar()).utf8
                default: result.append(escape)
                }
            }
            try expect(0x22)
            return String(decoding: result, as: UTF8.self)
        }

        private mutating func unit() throws -> UInt32 {
            guard index + 4 <= octets.count,
                let unit = UInt32(String(decoding: octets[index..<index + 4], as: UTF8.self), radix: 16)
            else { throw problem("no hexadecimal digits") }
            index += 4
            return unit
        }

        /// A code point, which may be written as two surrogates.
        private mutating func scalar() throws -> Character {
            let first = try unit()
            if first >= 0xD800, first < 0xDC00, index + 1 < octets.count, octets[index] == 0x5C,
                octets[index + 1] == 0x75
            {
                index += 2
                let second = try unit()
                let code = 0x10000 + (first - 0xD800) << 10 + (second &- 0xDC00)
                return Character(Unicode.Scalar(code) ?? "\u{FFFD}")
            }
            return Character(Unicode.Scalar(first) ?? "\u{FFFD}")
        }
    }
}
