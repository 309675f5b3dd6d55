/// Heads in HPACK's simplest form, and the octets of the others for tests that need them (RFC 7541).
public enum HPACKEncoder {
    /// `fields` as literals that are never indexed by the decoder's table, names and all.
    public static func block(_ fields: [HTTP2Field]) -> [UInt8] {
        fields.flatMap { Self.literal($0.name, $0.value) }
    }

    /// One literal field without indexing, its name spelt out (RFC 7541, section 6.2.2).
    public static func literal(_ name: String, _ value: String) -> [UInt8] {
        [0] + self.string(name) + self.string(value)
    }

    /// One literal field that the decoder puts into its dynamic table (section 6.2.1).
    public static func indexedLiteral(_ name: String, _ value: String) -> [UInt8] {
        [0x40] + self.string(name) + self.string(value)
    }

    /// A reference to an entry of the static or dynamic table (section 6.1).
    public static func index(_ index: Int) -> [UInt8] {
        self.integer(index, prefix: 7, first: 0x80)
    }

    /// A change of the dynamic table's size (section 6.3).
    public static func tableSize(_ octets: Int) -> [UInt8] {
        self.integer(octets, prefix: 5, first: 0x20)
    }

    /// A string without Huffman's code (section 5.2).
    public static func string(_ text: String) -> [UInt8] {
        let octets = Array(text.utf8)
        return self.integer(octets.count, prefix: 7) + octets
    }

    /// An integer after `first`'s high bits (section 5.1).
    public static func integer(_ value: Int, prefix: Int, first: UInt8 = 0) -> [UInt8] {
        let limit = (1 << prefix) - 1
        guard value >= limit else { return [first | UInt8(value)] }
        var octets = [first | UInt8(limit)]
        var rest = value - limit
        while rest >= 128 {
            octets.append(UInt8(rest & 0x7f) | 0x80)
            rest >>= 7
        }
        return octets + [UInt8(rest)]
    }
}
