/// A number in a template, held as each of the kinds of number that can represent it, as Go's untyped constants.
struct NumberLiteral: Sendable {
    /// The value where a signed integer is wanted.
    var signed: Int64?
    /// The value where an unsigned integer is wanted.
    var unsigned: UInt64?
    /// The value where a float is wanted.
    var float: Double?
    /// The value where a complex number is wanted.
    var complex: Complex?
    /// As it stands in the template.
    let text: [UInt8]

    /// What kind of literal the lexer saw.
    enum Form {
        case character, complex, plain
    }

    /// The value where nothing says which kind is wanted.
    enum Ideal {
        case value(Value)
        /// An integer beyond int.
        case overflow
    }

    /// Reads `text`; throws what is wrong with it.
    init(_ text: [UInt8], form: Form) throws(Problem) {
        self.text = text
        switch form {
        case .character:
            guard let (rune, isWhole) = StringLiteral.character(text) else { throw Problem("invalid syntax") }
            guard isWhole else {
                throw Problem("malformed character constant: " + String(decoding: text, as: UTF8.self))
            }
            signed = Int64(rune)
            unsigned = UInt64(rune)
            float = Double(rune)
        case .complex:
            let complex = try Self.complex(text)
            simplify(complex)
        case .plain: try readPlain()
        }
    }

    /// What is wrong with a literal.
    struct Problem: Error {
        let message: String
        init(_ message: String) { self.message = message }
    }

    private mutating func readPlain() throws(Problem) {
        if text.last == 0x69, let value = Self.float(text.dropLast()), value.isFinite {
            return simplify(Complex(real: 0, imaginary: value))
        }
        unsigned = Self.unsigned(text[...])
        signed = Self.signed(text[...])
        if signed == 0 { unsigned = 0 }
        if let signed {
            float = Double(signed)
        } else if let unsigned {
            float = Double(unsigned)
        } else if let value = Self.float(text[...]), value.isFinite {
            guard hasMark else { throw Problem("integer overflow: \(quoted)") }
            float = value
            signed = Int64(exactly: value)
            unsigned = UInt64(exactly: value)
        }
        guard signed != nil || unsigned != nil || float != nil else {
            throw Problem("illegal number syntax: \(quoted)")
        }
    }

    private mutating func simplify(_ value: Complex) {
        complex = value
        guard value.imaginary == 0 else { return }
        float = value.real
        signed = Int64(exactly: value.real)
        unsigned = UInt64(exactly: value.real)
    }

    private var quoted: String { String(decoding: Quoting.quote(text), as: UTF8.self) }

    /// Whether the text has a point or an exponent in it.
    private var hasMark: Bool { text.contains { [0x2E, 0x65, 0x45, 0x70, 0x50].contains($0) } }

    /// The value where nothing says which kind is wanted: what the text looks like.
    var ideal: Ideal {
        if let complex { return .value(.complex(complex)) }
        let isHexadecimal =
            text.count > 2 && text[0] == 0x30 && (text[1] == 0x78 || text[1] == 0x58)
            && !text.contains { $0 == 0x70 || $0 == 0x50 }
        if let float, !isHexadecimal, text.first != 0x27, hasMark { return .value(.float(float)) }
        return signed.map { .value(.int(Int($0))) } ?? .overflow
    }

    // MARK: - Go's strconv

    private static func signed(_ text: ArraySlice<UInt8>) -> Int64? {
        let isNegative = text.first == 0x2D
        let digits = isNegative || text.first == 0x2B ? text.dropFirst() : text
        guard let magnitude = unsigned(digits) else { return nil }
        if isNegative { return magnitude == 1 << 63 ? Int64.min : Int64(exactly: magnitude).map { -$0 } }
        return Int64(exactly: magnitude)
    }

    /// An integer whose prefix tells its base: 0x, 0o, 0b, 0, or none.
    private static func unsigned(_ text: ArraySlice<UInt8>) -> UInt64? {
        guard let first = text.first else { return nil }
        var digits = text
        var radix: UInt64 = 10
        if first == 0x30 && text.count >= 2 {
            radix = 8
            digits = text.dropFirst()
            if text.count >= 3 {
                switch text[text.startIndex + 1] | 0x20 {
                case 0x78: (radix, digits) = (16, text.dropFirst(2))
                case 0x6F: (radix, digits) = (8, text.dropFirst(2))
                case 0x62: (radix, digits) = (2, text.dropFirst(2))
                default: break
                }
            }
        }
        guard !digits.isEmpty, underscoresAreFine(text) else { return nil }
        var value: UInt64 = 0
        for octet in digits where octet != 0x5F {
            guard let digit = octet.digitValue, UInt64(digit) < radix else { return nil }
            let (product, isOver) = value.multipliedReportingOverflow(by: radix)
            let (sum, isOverToo) = product.addingReportingOverflow(UInt64(digit))
            guard !isOver && !isOverToo else { return nil }
            value = sum
        }
        return value
    }

    /// A decimal or hexadecimal float.
    private static func float(_ text: ArraySlice<UInt8>) -> Double? {
        let unsigned = text.first == 0x2D || text.first == 0x2B ? text.dropFirst() : text
        let isHexadecimal = unsigned.starts(with: [0x30, 0x78]) || unsigned.starts(with: [0x30, 0x58])
        guard underscoresAreFine(unsigned) else { return nil }
        // Swift's reader also takes names such as inf, which no number of a template is.
        guard let first = unsigned.first, first == 0x2E || (first >= 0x30 && first <= 0x39) else { return nil }
        if isHexadecimal {
            guard unsigned.contains(where: { $0 | 0x20 == 0x70 }) else { return nil }
        }
        return Double(String(decoding: text.filter { $0 != 0x5F }, as: UTF8.self))
    }

    /// Underscores may only stand between digits, or between a prefix and a digit.
    private static func underscoresAreFine(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.contains(0x5F) else { return true }
        var digits = text.first == 0x2D || text.first == 0x2B ? text.dropFirst() : text
        // What was seen last: a digit, an underscore, or something else.
        var last: UInt8 = 0x5E
        var isHexadecimal = false
        if digits.count >= 2, digits.first == 0x30,
            [0x62, 0x6F, 0x78].contains(digits[digits.startIndex + 1] | 0x20)
        {
            isHexadecimal = digits[digits.startIndex + 1] | 0x20 == 0x78
            last = 0x30
            digits = digits.dropFirst(2)
        }
        for octet in digits {
            let isDigit = (octet >= 0x30 && octet <= 0x39) || (isHexadecimal && octet.digitValue != nil)
            if isDigit {
                last = 0x30
            } else if octet == 0x5F {
                guard last == 0x30 else { return false }
                last = 0x5F
            } else {
                guard last != 0x5F else { return false }
                last = 0x21
            }
        }
        return last != 0x5F
    }

    /// A real and an imaginary part with a sign between them.
    private static func complex(_ text: [UInt8]) throws(Problem) -> Complex {
        let isHexadecimal = text.contains { $0 | 0x20 == 0x78 }
        let split = text.indices.dropFirst().first { index in
            guard text[index] == 0x2B || text[index] == 0x2D else { return false }
            let previous = text[index - 1] | 0x20
            return previous != 0x70 && (previous != 0x65 || isHexadecimal)
        }
        guard text.last == 0x69, let split else { throw Problem("syntax error scanning complex number") }
        let real = try part(text[..<split])
        return Complex(real: real, imaginary: try part(text[split..<text.count - 1]))
    }

    private static func part(_ text: ArraySlice<UInt8>) throws(Problem) -> Double {
        if let value = float(text) ?? signed(text).map(Double.init), value.isFinite { return value }
        let quoted = String(decoding: Quoting.quote(Array(text)), as: UTF8.self)
        throw Problem("strconv.ParseFloat: parsing \(quoted): invalid syntax")
    }
}
