/// Base64 of RFC 4648 section 4, as strictly as Consul writes it.
///
/// The alphabet is the standard one, padding is required, spare bits must be zero, nothing may stand between or after:
/// what is not exactly that is no answer of a store.
package enum Base64 {
    /// The value of each octet of the alphabet; 0xFF for what does not belong to it.
    private static let values: [UInt8] = {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, character) in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8.enumerated() {
            table[Int(character)] = UInt8(value)
        }
        return table
    }()

    private static let padding = UInt8(ascii: "=")

    /// The octets that `text` stands for; nil if it is not base64.
    static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        let count = text.count
        guard count > 0 else { return [] }
        guard count % 4 == 0 else { return nil }
        let pads = text[count - 1] != padding ? 0 : text[count - 2] != padding ? 1 : 2
        let wholeGroups = pads == 0 ? count / 4 : count / 4 - 1
        let table = values.span
        var isValid = true
        var decoded = [UInt8](capacity: count / 4 * 3 - pads) { output in
            for group in 0..<wholeGroups {
                let at = group * 4
                let first = table[Int(text[at])]
                let second = table[Int(text[at + 1])]
                let third = table[Int(text[at + 2])]
                let fourth = table[Int(text[at + 3])]
                guard (first | second | third | fourth) < 64 else {
                    isValid = false
                    return
                }
                output.append(first << 2 | second >> 4)
                output.append(second << 4 | third >> 2)
                output.append(third << 6 | fourth)
            }
        }
        guard isValid else { return nil }
        if pads > 0 {
            let first = table[Int(text[count - 4])]
            let second = table[Int(text[count - 3])]
            let third = pads == 1 ? table[Int(text[count - 2])] : 0
            guard (first | second | third) < 64 else { return nil }
            decoded.append(first << 2 | second >> 4)
            if pads == 1 {
                guard third & 0b11 == 0 else { return nil }
                decoded.append(second << 4 | third >> 2)
            } else {
                guard second & 0b1111 == 0 else { return nil }
            }
        }
        return decoded
    }

    /// The base64 of `octets`, padded.
    package static func encode(_ octets: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        text.reserveCapacity((octets.count + 2) / 3 * 4)
        for start in stride(from: 0, to: octets.count, by: 3) {
            let group = octets[start..<min(start + 3, octets.count)]
            let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for place in 0..<4 {
                let isPadding = place > group.count
                text.append(isPadding ? padding : alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
