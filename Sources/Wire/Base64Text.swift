/// Base64 (RFC 4648 §4) as credentials are written in (RFC 7617 §2).
public enum Base64Text {
    /// Decodes `text` into `output`.
    ///
    /// - Returns: the octets written; -1 if `text` is none, or more than `output` holds. Padding may be left out.
    public static func decode(_ text: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        guard let bytes = unsafe Octets(text) else { return 0 }
        var count = bytes.count
        while count > 0, bytes.count - count < 2, bytes[count - 1] == UInt8(ascii: "=") { count -= 1 }
        if count < bytes.count, bytes.count % 4 != 0 { return -1 }
        guard count % 4 != 1, count / 4 * 3 + max(0, count % 4 - 1) <= output.count else { return -1 }
        var bits: UInt32 = 0
        var held = 0
        var written = 0
        for index in 0..<count {
            let value = value(of: bytes[index])
            guard value < 64 else { return -1 }
            bits = bits << 6 | UInt32(value)
            held += 6
            guard held >= 8 else { continue }
            held -= 8
            unsafe output[written] = UInt8(truncatingIfNeeded: bits >> UInt32(held))
            written += 1
        }
        // What is left over of the last digit says nothing, and must not.
        return bits & ((1 << UInt32(held)) - 1) == 0 ? written : -1
    }

    private static func value(of octet: UInt8) -> UInt8 {
        switch octet {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): octet - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): octet - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): octet - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: 64
        }
    }
}
