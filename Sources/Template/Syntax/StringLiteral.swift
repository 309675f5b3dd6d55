/// Reads Go's quoted strings and character constants.
enum StringLiteral {
    /// What a quoted string means, quotes included in `text`; nil when it is malformed.
    static func unquote(_ text: [UInt8]) -> [UInt8]? {
        guard text.count >= 2, let quote = text.first, quote == text.last else { return nil }
        let inside = Array(text[1..<text.count - 1])
        if quote == 0x60 {
            guard !inside.contains(0x60) else { return nil }
            return inside.filter { $0 != 0x0D }
        }
        guard quote == 0x22, !inside.contains(0x0A) else { return nil }
        if !inside.contains(0x5C) && !inside.contains(0x22) && String(validating: inside, as: UTF8.self) != nil {
            return inside
        }
        var result: [UInt8] = []
        var index = 0
        while index < inside.count {
            guard let unit = next(inside, &index, quote: 0x22) else { return nil }
            switch unit {
            case .octet(let octet): result.append(octet)
            case .rune(let rune): Rune.append(rune, to: &result)
            }
        }
        return result
    }

    /// What a character constant means, quotes included in `text`; nil when it is malformed.
    ///
    /// The second result is whether anything follows that one character.
    static func character(_ text: [UInt8]) -> (rune: UInt32, isWhole: Bool)? {
        var index = 1
        guard text.count > 1, let unit = next(text, &index, quote: 0x27) else { return nil }
        let rest = text[index...]
        let isWhole = rest.elementsEqual([0x27])
        switch unit {
        case .octet(let octet): return (UInt32(octet), isWhole)
        case .rune(let rune): return (rune, isWhole)
        }
    }

    private enum Unit {
        case octet(UInt8)
        case rune(UInt32)
    }

    /// The next character or escape; nil when it is malformed.
    private static func next(_ text: [UInt8], _ index: inout Int, quote: UInt8) -> Unit? {
        guard index < text.count else { return nil }
        let first = text[index]
        if first == quote { return nil }
        if first >= 0x80 {
            let (rune, width) = Rune.decode(text, at: index)
            index += width
            return .rune(rune)
        }
        index += 1
        guard first == 0x5C else { return .rune(UInt32(first)) }
        guard index < text.count else { return nil }
        let escape = text[index]
        index += 1
        switch escape {
        case 0x61: return .rune(0x07)
        case 0x62: return .rune(0x08)
        case 0x66: return .rune(0x0C)
        case 0x6E: return .rune(0x0A)
        case 0x72: return .rune(0x0D)
        case 0x74: return .rune(0x09)
        case 0x76: return .rune(0x0B)
        case 0x5C: return .rune(0x5C)
        case 0x27, 0x22: return escape == quote ? .rune(UInt32(escape)) : nil
        case 0x78: return number(text, &index, digits: 2, radix: 16).map { .octet(UInt8($0)) }
        case 0x75, 0x55:
            let value = number(text, &index, digits: escape == 0x75 ? 4 : 8, radix: 16)
            return value.flatMap { Rune.isValid($0) ? .rune($0) : nil }
        case 0x30...0x37:
            index -= 1
            let value = number(text, &index, digits: 3, radix: 8)
            return value.flatMap { $0 > 255 ? nil : .octet(UInt8($0)) }
        default: return nil
        }
    }

    private static func number(_ text: [UInt8], _ index: inout Int, digits: Int, radix: UInt64) -> UInt32? {
        guard text.count - index >= digits else { return nil }
        var value: UInt64 = 0
        for octet in text[index..<index + digits] {
            guard let digit = octet.digitValue, UInt64(digit) < radix else { return nil }
            value = value * radix + UInt64(digit)
        }
        index += digits
        return UInt32(exactly: value)
    }
}

extension UInt8 {
    /// The value of a digit of radix 16 or less.
    var digitValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
