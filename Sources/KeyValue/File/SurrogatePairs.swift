/// Pairs of `\uD83D\uDE00`, which JSON writes characters beyond the first plane with and YAML does not know.
enum SurrogatePairs {
    /// `text` with the pairs replaced by the characters that they stand for; single halves stay and are refused later.
    static func joined(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return text }
        let octets = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(octets.count)
        var at = 0
        while at < octets.count {
            guard octets[at] == UInt8(ascii: "\\"), at + 1 < octets.count else {
                result.append(octets[at])
                at += 1
                continue
            }
            if let high = half(octets, at), high & 0xFC00 == 0xD800, let low = half(octets, at + 6),
                low & 0xFC00 == 0xDC00,
                let scalar = Unicode.Scalar(0x10000 + (high & 0x3FF) << 10 + (low & 0x3FF))
            {
                result += Array(String(Character(scalar)).utf8)
                at += 12
            } else {
                // A backslash and what it escapes go together, so that `\\ud83d` is left alone.
                result += octets[at...(at + 1)]
                at += 2
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func half(_ octets: [UInt8], _ at: Int) -> UInt32? {
        guard at + 6 <= octets.count, octets[at] == UInt8(ascii: "\\"), octets[at + 1] == UInt8(ascii: "u") else {
            return nil
        }
        let digits = octets[(at + 2)..<(at + 6)]
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
