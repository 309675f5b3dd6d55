/// Base64 (RFC 4648 §4), a line after the other.
struct Base64Decoder {
    private var octets: [UInt8] = []
    private var bits: UInt32 = 0
    private var digitCount = 0
    private var paddingCount = 0

    /// Takes a line; false if something in it is no Base64, or comes after the padding.
    mutating func append(_ line: some Sequence<UInt8>) -> Bool {
        for octet in line {
            if octet == UInt8(ascii: "=") {
                paddingCount += 1
                guard paddingCount <= 2 else { return false }
                continue
            }
            guard paddingCount == 0, let value = Self.value(of: octet) else { return false }
            bits = bits << 6 | value
            digitCount += 1
            guard digitCount == 4 else { continue }
            octets.append(UInt8(truncatingIfNeeded: bits >> 16))
            octets.append(UInt8(truncatingIfNeeded: bits >> 8))
            octets.append(UInt8(truncatingIfNeeded: bits))
            (bits, digitCount) = (0, 0)
        }
        return true
    }

    /// The octets, or nil if the last group is not whole.
    mutating func finish() -> [UInt8]? {
        switch (digitCount, paddingCount) {
        case (0, 0): break
        case (2, 2): octets.append(UInt8(truncatingIfNeeded: bits >> 4))
        case (3, 1):
            octets.append(UInt8(truncatingIfNeeded: bits >> 10))
            octets.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: return nil
        }
        return octets
    }

    private static func value(of octet: UInt8) -> UInt32? {
        switch octet {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(octet - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(octet - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(octet - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
