/// Go's quoted strings and character constants.
enum Quoting {
    private static let digits = Array("0123456789abcdef".utf8)

    /// `octets` between double quotes, with escapes for what does not print; for all beyond ASCII when `asASCII`.
    static func quote(_ octets: [UInt8], asASCII: Bool = false) -> [UInt8] {
        var result: [UInt8] = [0x22]
        result.reserveCapacity(octets.count + 2)
        var index = 0
        while index < octets.count {
            let (rune, width) = Rune.decode(octets, at: index)
            if width == 1 && rune == Rune.replacement {
                result += [0x5C, 0x78]
                appendHex(UInt32(octets[index]), digits: 2, to: &result)
            } else {
                append(rune, quote: 0x22, asASCII: asASCII, to: &result)
            }
            index += width
        }
        result.append(0x22)
        return result
    }

    /// `rune` as a character constant; U+FFFD for what is no code point.
    static func quote(rune: UInt32, asASCII: Bool = false) -> [UInt8] {
        var result: [UInt8] = [0x27]
        append(Rune.isValid(rune) ? rune : Rune.replacement, quote: 0x27, asASCII: asASCII, to: &result)
        result.append(0x27)
        return result
    }

    /// Whether `octets` can stand between backquotes as they are.
    static func canBackquote(_ octets: [UInt8]) -> Bool {
        var index = 0
        while index < octets.count {
            let (rune, width) = Rune.decode(octets, at: index)
            index += width
            if width > 1 {
                if rune == 0xFEFF { return false }
            } else if rune == Rune.replacement || (rune < 0x20 && rune != 0x09) || rune == 0x60 || rune == 0x7F {
                return false
            }
        }
        return true
    }

    private static func append(_ rune: UInt32, quote: UInt32, asASCII: Bool, to result: inout [UInt8]) {
        if rune == quote || rune == 0x5C {
            result += [0x5C, UInt8(rune)]
            return
        }
        if asASCII ? rune < 0x80 && Rune.isPrintable(rune) : Rune.isPrintable(rune) {
            return Rune.append(rune, to: &result)
        }
        switch rune {
        case 0x07: result += [0x5C, 0x61]
        case 0x08: result += [0x5C, 0x62]
        case 0x09: result += [0x5C, 0x74]
        case 0x0A: result += [0x5C, 0x6E]
        case 0x0B: result += [0x5C, 0x76]
        case 0x0C: result += [0x5C, 0x66]
        case 0x0D: result += [0x5C, 0x72]
        case 0..<0x20, 0x7F:
            result += [0x5C, 0x78]
            appendHex(rune, digits: 2, to: &result)
        case 0..<0x10000:
            result += [0x5C, 0x75]
            appendHex(rune, digits: 4, to: &result)
        default:
            result += [0x5C, 0x55]
            appendHex(rune, digits: 8, to: &result)
        }
    }

    private static func appendHex(_ value: UInt32, digits count: UInt32, to result: inout [UInt8]) {
        for place in (0..<count).reversed() { result.append(digits[Int(value >> (place * 4)) & 0xF]) }
    }
}
