/// The escapes of the functions html, js and urlquery.
enum Escaping {
    private static let upper = Array("0123456789ABCDEF".utf8)

    /// Text that HTML shows as it is.
    static func html(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        for octet in octets {
            switch octet {
            case 0: result += "\u{FFFD}".utf8
            case 0x22: result += "&#34;".utf8
            case 0x27: result += "&#39;".utf8
            case 0x26: result += "&amp;".utf8
            case 0x3C: result += "&lt;".utf8
            case 0x3E: result += "&gt;".utf8
            default: result.append(octet)
            }
        }
        return result
    }

    /// Text that can stand in a string of JavaScript.
    static func javaScript(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            if octet >= 0x80 {
                let (rune, width) = Rune.decode(octets, at: index)
                if Rune.isPrintable(rune) {
                    result += octets[index..<index + width]
                } else {
                    appendUnicode(rune, to: &result)
                }
                index += width
                continue
            }
            switch octet {
            case 0x5C, 0x27, 0x22: result += [0x5C, octet]
            case 0x3C, 0x3E, 0x26, 0x3D, 0..<0x20: appendUnicode(UInt32(octet), to: &result)
            default: result.append(octet)
            }
            index += 1
        }
        return result
    }

    private static func appendUnicode(_ rune: UInt32, to result: inout [UInt8]) {
        let digits = String(rune, radix: 16, uppercase: true).utf8
        result += [0x5C, 0x75]
        result.append(contentsOf: repeatElement(0x30, count: max(4 - digits.count, 0)))
        result += digits
    }

    /// Text that can stand in the query of a URL.
    static func query(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        for octet in octets {
            switch octet {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(octet)
            case 0x20: result.append(0x2B)
            default: result += [0x25, upper[Int(octet >> 4)], upper[Int(octet & 0xF)]]
            }
        }
        return result
    }
}
