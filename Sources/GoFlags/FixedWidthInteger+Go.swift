extension FixedWidthInteger {
    /// From a number as Go writes them: decimal, or with `0x`, `0b`, `0o` or `0`; `_` between digits.
    ///
    /// A sign is read for signed types alone. Throws ``FlagValueError/syntax`` or ``FlagValueError/range``.
    public init(goText: String) throws(FlagValueError) {
        var digits = Substring(goText).utf8
        var isNegative = false
        if Self.isSigned, let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            digits.removeFirst()
        }
        let (radix, body) = Self.radix(of: digits)
        let isGrouped = body.contains(UInt8(ascii: "_"))
        guard !body.isEmpty, !isGrouped || Self.hasGoodGroups(body, afterPrefix: radix != 10) else { throw .syntax }
        var value: Self = 0
        var isTooLarge = false
        for octet in body where octet != UInt8(ascii: "_") {
            guard let digit = Self.digit(octet), digit < radix else { throw .syntax }
            let (product, overflow) = value.multipliedReportingOverflow(by: Self(radix))
            let (sum, carry) =
                isNegative
                ? product.subtractingReportingOverflow(Self(digit)) : product.addingReportingOverflow(Self(digit))
            if overflow || carry { isTooLarge = true }
            value = sum
        }
        if isTooLarge { throw .range }
        self = value
    }

    /// The radix that a prefix names, and what follows the prefix; a lone `0` is decimal.
    private static func radix(of digits: Substring.UTF8View) -> (Int, Substring.UTF8View) {
        guard digits.count > 1, digits.first == UInt8(ascii: "0") else { return (10, digits) }
        let second = digits.dropFirst().first.map { $0 | 0x20 }
        switch second {
        case UInt8(ascii: "x"): return (16, digits.dropFirst(2))
        case UInt8(ascii: "b"): return (2, digits.dropFirst(2))
        case UInt8(ascii: "o"): return (8, digits.dropFirst(2))
        default: return (8, digits.dropFirst())
        }
    }

    /// Whether each `_` stands between two digits, of which a prefix counts as one.
    private static func hasGoodGroups(_ body: Substring.UTF8View, afterPrefix: Bool) -> Bool {
        var previousIsDigit = afterPrefix
        for octet in body {
            if octet == UInt8(ascii: "_"), !previousIsDigit { return false }
            previousIsDigit = octet != UInt8(ascii: "_")
        }
        return previousIsDigit
    }

    private static func digit(_ octet: UInt8) -> Int? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(octet - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(octet - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(octet - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
