/// The octets that HTTP/1 gives a meaning to, by name.
enum Octet {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let percent: UInt8 = 0x25
    static let asterisk: UInt8 = 0x2A
    static let comma: UInt8 = 0x2C
    static let dash: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let question: UInt8 = 0x3F
    static let openBracket: UInt8 = 0x5B
    static let closeBracket: UInt8 = 0x5D
    static let underscore: UInt8 = 0x5F

    /// Space or tab: the only blanks that HTTP/1 knows (RFC 9110 §5.6.3).
    @inline(__always)
    static func isBlank(_ octet: UInt8) -> Bool { octet == space || octet == tab }

    /// `0` to `9`.
    @inline(__always)
    static func isDigit(_ octet: UInt8) -> Bool { octet &- zero < 10 }

    /// The octet with `A` to `Z` mapped to `a` to `z`.
    @inline(__always)
    static func lowercased(_ octet: UInt8) -> UInt8 { octet &- 0x41 < 26 ? octet | 0x20 : octet }

    /// The value of a hexadecimal digit, or 255.
    @inline(__always)
    static func hexValue(_ octet: UInt8) -> UInt8 {
        if octet &- zero < 10 { return octet &- zero }
        let letter = (octet | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : 255
    }

    /// The upper-case hexadecimal digit for a value below 16.
    @inline(__always)
    static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? zero &+ value : 0x41 &+ value &- 10 }
}

/// A set of ASCII octets as two words, so that a membership test is a shift and needs no table in memory.
struct OctetSet {
    /// Octets 0 to 63.
    let low: UInt64
    /// Octets 64 to 127; none above is ever a member.
    let high: UInt64

    /// Whether `octet` is a member.
    @inline(__always)
    func contains(_ octet: UInt8) -> Bool {
        let word = octet < 64 ? low : high
        return octet < 128 && (word &>> UInt64(octet & 63)) & 1 == 1
    }

    /// What a token is made of: letters, digits and ``!#$%&'*+-.^_`|~`` (RFC 9110 §5.6.2).
    @inline(__always)
    static var token: OctetSet { OctetSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

    /// What a host name is made of: RFC 3986's unreserved octets.
    ///
    /// Its sub-delims and percent-encodings are left out: no name in the DNS holds them, and `,` or `%00` in a Host is only
    /// ever sent to be read differently by the next one.
    @inline(__always)
    static var host: OctetSet { OctetSet(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }
}
