/// Upper, lower and title case as Go's unicode package has them: of one code point at a time.
enum LetterCase {
    /// The lower-case form.
    static func lower(_ rune: UInt32) -> UInt32 {
        if rune < 0x80 { return rune &- 0x41 < 26 ? rune + 32 : rune }
        if rune == 0x130 { return 0x69 }
        return single(Unicode.Scalar(rune)?.properties.lowercaseMapping) ?? rune
    }

    /// The upper-case form.
    static func upper(_ rune: UInt32) -> UInt32 {
        if rune < 0x80 { return rune &- 0x61 < 26 ? rune - 32 : rune }
        guard let properties = Unicode.Scalar(rune)?.properties else { return rune }
        return single(properties.uppercaseMapping) ?? single(properties.titlecaseMapping) ?? rune
    }

    /// The form at the beginning of a word.
    static func title(_ rune: UInt32) -> UInt32 {
        if rune < 0x80 { return upper(rune) }
        return single(Unicode.Scalar(rune)?.properties.titlecaseMapping) ?? rune
    }

    private static func single(_ mapping: String?) -> UInt32? {
        guard let scalars = mapping?.unicodeScalars, scalars.count == 1 else { return nil }
        return scalars.first?.value
    }

    /// Whether the code point is a letter.
    static func isLetter(_ rune: UInt32) -> Bool {
        if rune < 0x80 { return (rune | 0x20) &- 0x61 < 26 }
        switch Unicode.Scalar(rune)?.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }

    /// Whether the code point is a decimal digit.
    static func isDigit(_ rune: UInt32) -> Bool {
        if rune < 0x80 { return rune &- 0x30 < 10 }
        return Unicode.Scalar(rune)?.properties.generalCategory == .decimalNumber
    }

    /// Whether the code point is an upper-case letter.
    static func isUpper(_ rune: UInt32) -> Bool {
        if rune < 0x80 { return rune &- 0x41 < 26 }
        return Unicode.Scalar(rune)?.properties.generalCategory == .uppercaseLetter
    }

    /// Whether the code point is a lower-case letter.
    static func isLower(_ rune: UInt32) -> Bool {
        if rune < 0x80 { return rune &- 0x61 < 26 }
        return Unicode.Scalar(rune)?.properties.generalCategory == .lowercaseLetter
    }

    /// Words with their first letters in title case and the others as they are, as consul-template's `toTitle`.
    ///
    /// An apostrophe, dot or colon between letters does not part words.
    static func titleWords(_ octets: [UInt8]) -> [UInt8] {
        let runes = Octets.runes(octets)
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var isInWord = false
        for (index, rune) in runes.enumerated() {
            let properties = Unicode.Scalar(rune)?.properties
            if properties?.isCased == true {
                if isInWord {
                    Octets.append(rune, to: &result)
                } else {
                    result += (properties?.titlecaseMapping ?? "").utf8
                }
                isInWord = true
                continue
            }
            Octets.append(rune, to: &result)
            if isMiddle(rune), isInWord, index + 1 < runes.count, isLetter(runes[index + 1]) { continue }
            if isBreak(rune) { isInWord = false }
        }
        return result
    }

    private static func isMiddle(_ rune: UInt32) -> Bool {
        switch rune {
        case 0x27, 0x2E, 0x3A, 0xB7, 0x2018, 0x2019, 0x2024, 0x2027, 0xFE13, 0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A:
            true
        default: false
        }
    }

    private static func isBreak(_ rune: UInt32) -> Bool {
        switch Unicode.Scalar(rune)?.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .connectorPunctuation, .format:
            false
        default: true
        }
    }

    /// Go's `strings.Title`: the first letter of what follows anything but letters, digits and underscores.
    static func titleAfterSeparators(_ octets: [UInt8]) -> [UInt8] {
        var previous: UInt32 = 0x20
        return Octets.map(octets) { rune in
            defer { previous = rune }
            return isSeparator(previous) ? title(rune) : rune
        }
    }

    private static func isSeparator(_ rune: UInt32) -> Bool {
        if rune < 0x80 { return !(isLetter(rune) || isDigit(rune) || rune == 0x5F) }
        if isLetter(rune) || isDigit(rune) { return false }
        return Octets.isSpace(rune)
    }
}
