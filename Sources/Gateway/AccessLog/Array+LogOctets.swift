/// What log lines are written with: into memory that is there already.
extension Array where Element == UInt8 {
    mutating func append(text: StaticString) {
        unsafe append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(decimal number: UInt64, digits least: Int = 1) {
        var divisor: UInt64 = 1
        var digits = 1
        while digits < least || number / divisor >= 10 {
            divisor *= 10
            digits += 1
        }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }

    /// Milliseconds with three decimals.
    mutating func append(milliseconds nanoseconds: UInt64) {
        append(decimal: nanoseconds / 1_000_000)
        append(UInt8(ascii: "."))
        append(decimal: nanoseconds / 1_000 % 1_000, digits: 3)
    }

    /// Seconds with three decimals, as nginx has them.
    mutating func append(seconds nanoseconds: UInt64) {
        append(decimal: nanoseconds / 1_000_000_000)
        append(UInt8(ascii: "."))
        append(decimal: nanoseconds / 1_000_000 % 1_000, digits: 3)
    }

    /// Sixteen lower-case digits.
    mutating func append(hexadecimalOf number: UInt64) {
        for shift in stride(from: UInt64(60), through: 0, by: -4) { append(Self.digit(number >> shift & 15)) }
    }

    /// nginx's escaping (`\xHH`), or JSON's own.
    ///
    /// Octets above 0x7E are escaped in both, so that the line is ASCII whatever the client sent. A word has no blanks either.
    mutating func append(escaped octets: ArraySlice<UInt8>, asJSON: Bool, isWord: Bool = false) {
        for octet in octets {
            if octet >= (isWord ? 0x21 : 0x20), octet < 0x7f, octet != UInt8(ascii: "\""), octet != UInt8(ascii: "\\") {
                append(octet)
            } else if asJSON, octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") {
                append(UInt8(ascii: "\\"))
                append(octet)
            } else {
                append(text: asJSON ? "\\u00" : "\\x")
                append(Self.digit(UInt64(octet >> 4)))
                append(Self.digit(UInt64(octet & 15)))
            }
        }
    }

    private static func digit(_ value: UInt64) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + UInt8(value) : UInt8(ascii: "a") + UInt8(value - 10)
    }
}
