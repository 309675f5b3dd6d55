/// Unicode code points in octets that need not be UTF-8, read as Go reads them.
enum Rune {
    /// What stands for octets that are no UTF-8: U+FFFD.
    static let replacement: UInt32 = 0xFFFD
    /// The last code point.
    static let last: UInt32 = 0x10FFFF

    /// The code point that begins at `index` and its width; (U+FFFD, 1) when there is none.
    static func decode(_ octets: [UInt8], at index: Int) -> (rune: UInt32, width: Int) {
        let first = octets[index]
        if first < 0x80 { return (UInt32(first), 1) }
        let bad = (replacement, 1)
        let rest = octets.count - index
        func tail(_ offset: Int, from low: UInt8 = 0x80, to high: UInt8 = 0xBF) -> UInt32? {
            let octet = octets[index + offset]
            return octet >= low && octet <= high ? UInt32(octet & 0x3F) : nil
        }
        switch first {
        case 0xC2...0xDF:
            guard rest >= 2, let second = tail(1) else { return bad }
            return (UInt32(first & 0x1F) << 6 | second, 2)
        case 0xE0...0xEF:
            let low: UInt8 = first == 0xE0 ? 0xA0 : 0x80
            let high: UInt8 = first == 0xED ? 0x9F : 0xBF
            guard rest >= 3, let second = tail(1, from: low, to: high), let third = tail(2) else { return bad }
            return (UInt32(first & 0x0F) << 12 | second << 6 | third, 3)
        case 0xF0...0xF4:
            let low: UInt8 = first == 0xF0 ? 0x90 : 0x80
            let high: UInt8 = first == 0xF4 ? 0x8F : 0xBF
            guard rest >= 4, let second = tail(1, from: low, to: high), let third = tail(2), let fourth = tail(3)
            else { return bad }
            return (UInt32(first & 0x07) << 18 | second << 12 | third << 6 | fourth, 4)
        default: return bad
        }
    }

    /// Whether `rune` is a code point that can be written: no surrogate, not beyond the last one.
    static func isValid(_ rune: UInt32) -> Bool { Unicode.Scalar(rune) != nil }

    /// Appends `rune` as UTF-8; U+FFFD for what is none.
    static func append(_ rune: UInt32, to octets: inout [UInt8]) {
        if rune < 0x80 { return octets.append(UInt8(rune)) }
        let scalar = Unicode.Scalar(rune) ?? "\u{FFFD}"
        octets.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [0xEF, 0xBF, 0xBD])
    }

    /// How many code points `octets` hold, each octet that is no UTF-8 counting as one.
    static func count(_ octets: [UInt8]) -> Int {
        var count = 0
        var index = 0
        while index < octets.count {
            index += octets[index] < 0x80 ? 1 : decode(octets, at: index).width
            count += 1
        }
        return count
    }

    /// The category of `rune` as Unicode 15.0 has it, the version that Go knows; nil for what came later.
    private static func category(_ rune: UInt32) -> Unicode.GeneralCategory? {
        guard let properties = Unicode.Scalar(rune)?.properties, let age = properties.age, age <= (15, 0) else {
            return nil
        }
        return properties.generalCategory
    }

    /// Whether `rune` is a letter.
    static func isLetter(_ rune: UInt32) -> Bool {
        if rune < 0x80 { return (rune | 0x20) >= 0x61 && (rune | 0x20) <= 0x7A }
        switch category(rune) {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }

    /// Whether `rune` is a decimal digit.
    static func isDigit(_ rune: UInt32) -> Bool {
        if rune < 0x80 { return rune >= 0x30 && rune <= 0x39 }
        return category(rune) == .decimalNumber
    }

    /// Whether `rune` shows when printed: a letter, mark, number, punctuation, symbol or the ASCII space.
    static func isPrintable(_ rune: UInt32) -> Bool {
        if rune < 0x80 { return rune >= 0x20 && rune < 0x7F }
        switch category(rune) {
        case nil, .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            return false
        default: return true
        }
    }

    /// Whether `rune` is white space.
    static func isSpace(_ rune: UInt32) -> Bool {
        if rune < 0x80 { return rune == 0x20 || (rune >= 0x09 && rune <= 0x0D) }
        return rune == 0x85 || rune == 0xA0 || Unicode.Scalar(rune)?.properties.isWhitespace == true
    }
}
