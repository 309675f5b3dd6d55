internal import Template

/// Octets in the letters of base64 and base32 (RFC 4648), with padding, as Go's packages have them.
struct BaseEncoding {
    private let alphabet: [UInt8]
    private let bits: Int
    private let name: String

    /// Base64.
    static let base64 = BaseEncoding(
        alphabet: Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8), bits: 6,
        name: "base64")
    /// Base64 for URLs and file names.
    static let base64URL = BaseEncoding(
        alphabet: Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8), bits: 6,
        name: "base64")
    /// Base32.
    static let base32 = BaseEncoding(
        alphabet: Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8), bits: 5, name: "base32")

    /// Letters of one group: that many make whole octets.
    private var groupSize: Int { bits == 6 ? 4 : 8 }

    /// The letters of `octets`.
    func encode(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity((octets.count + 4) * 8 / bits)
        var buffer: UInt32 = 0
        var count = 0
        for octet in octets {
            buffer = buffer << 8 | UInt32(octet)
            count += 8
            while count >= bits {
                count -= bits
                result.append(alphabet[Int(buffer >> UInt32(count)) & ((1 << bits) - 1)])
            }
            buffer &= (1 << UInt32(count)) - 1
        }
        if count > 0 { result.append(alphabet[Int(buffer << UInt32(bits - count)) & ((1 << bits) - 1)]) }
        while result.count % groupSize != 0 { result.append(0x3D) }
        return result
    }

    /// The octets of `text`; line ends are passed over.
    func decode(_ text: [UInt8]) throws(FunctionError) -> [UInt8] {
        var result: [UInt8] = []
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        var index = 0
        while true {
            var group: [UInt8] = []
            var padding = 0
            while group.count + padding < groupSize {
                while index < text.count, text[index] == 0x0A || text[index] == 0x0D { index += 1 }
                guard index < text.count else {
                    if group.isEmpty, padding == 0 { return result }
                    throw illegal(index - group.count - padding)
                }
                let letter = text[index]
                if letter == 0x3D {
                    guard padding > 0 || isWhole(group.count) else { throw illegal(index) }
                    padding += 1
                } else {
                    guard padding == 0, values[Int(letter)] != 0xFF else { throw illegal(index) }
                    group.append(values[Int(letter)])
                }
                index += 1
            }
            append(group, to: &result)
            if padding > 0 {
                while index < text.count, text[index] == 0x0A || text[index] == 0x0D { index += 1 }
                guard index == text.count else { throw illegal(index) }
                return result
            }
        }
    }

    /// Whether that many letters make whole octets, so that padding may follow.
    private func isWhole(_ count: Int) -> Bool {
        bits == 6 ? count == 2 || count == 3 : [2, 4, 5, 7].contains(count)
    }

    private func append(_ group: [UInt8], to result: inout [UInt8]) {
        var buffer: UInt64 = 0
        for value in group { buffer = buffer << UInt64(bits) | UInt64(value) }
        let total = group.count * bits
        let octets = total / 8
        buffer >>= UInt64(total - octets * 8)
        for place in (0..<octets).reversed() { result.append(UInt8(truncatingIfNeeded: buffer >> UInt64(place * 8))) }
    }

    private func illegal(_ index: Int) -> FunctionError {
        FunctionError("illegal \(name) data at input byte \(index)")
    }
}
