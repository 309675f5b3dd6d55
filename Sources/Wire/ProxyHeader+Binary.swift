/// Version 2: twelve octets that no other protocol begins with, a length, addresses, and fields that may follow them.
extension ProxyHeader {
    static let signature: [12 of UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]
    /// Octets before the addresses.
    static let fixedCount = 16
    /// The field that holds a CRC-32C of the whole header, itself taken as zero.
    private static let checksumField: UInt8 = 3

    static func parseBinary(_ bytes: Octets) -> ProxyOutcome {
        for index in 0..<min(bytes.count, signature.count) where bytes[index] != signature[index] {
            return .rejected(.noSignature)
        }
        guard bytes.count >= fixedCount else { return .incomplete }
        let count = fixedCount + (Int(bytes[14]) << 8 | Int(bytes[15]))
        let isLocal = bytes[12] == 0x20
        guard isLocal || bytes[12] == 0x21, let addressCount = addressCount(of: bytes[13]) else {
            return .rejected(.malformed)
        }
        guard count <= limit else { return .rejected(.tooLong) }
        // What a proxy says for itself needs no addresses, and they mean nothing.
        guard isLocal || count >= fixedCount + addressCount else { return .rejected(.malformed) }
        guard bytes.count >= count else { return .incomplete }
        if isLocal { return .complete(ProxyHeader(origin: .local, count: count)) }
        if let rejection = checkFields(bytes, from: fixedCount + addressCount, to: count) {
            return .rejected(rejection)
        }
        return .complete(ProxyHeader(origin: origin(bytes), count: count))
    }

    /// Octets of the addresses of a family and transport; nil for those that there are not.
    private static func addressCount(of family: UInt8) -> Int? {
        switch family {
        case 0x00: 0
        case 0x11, 0x12: 12
        case 0x21, 0x22: 36
        case 0x31, 0x32: 216
        default: nil
        }
    }

    private static func origin(_ bytes: Octets) -> Origin {
        switch bytes[13] {
        case 0x11:
            .client(
                source: ProxiedAddress(
                    high: bytes.word(at: 16, count: 4), low: 0, port: port(bytes, at: 24), isIPv6: false),
                destination: ProxiedAddress(
                    high: bytes.word(at: 20, count: 4), low: 0, port: port(bytes, at: 26), isIPv6: false))
        case 0x21:
            .client(
                source: ProxiedAddress(
                    high: bytes.word(at: 16, count: 8), low: bytes.word(at: 24, count: 8), port: port(bytes, at: 48),
                    isIPv6: true),
                destination: ProxiedAddress(
                    high: bytes.word(at: 32, count: 8), low: bytes.word(at: 40, count: 8), port: port(bytes, at: 50),
                    isIPv6: true))
        // Unix sockets and datagrams: whatever the client is, no address of it is an address here.
        default: .unknown
        }
    }

    private static func port(_ bytes: Octets, at index: Int) -> UInt16 {
        UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    }

    /// What is wrong with the fields; all but the checksum are passed over.
    private static func checkFields(_ bytes: Octets, from start: Int, to end: Int) -> ProxyRejection? {
        var index = start
        while index < end {
            guard index + 3 <= end else { return .malformed }
            let count = Int(bytes[index + 1]) << 8 | Int(bytes[index + 2])
            guard index + 3 + count <= end else { return .malformed }
            if bytes[index] == checksumField {
                guard count == 4 else { return .malformed }
                var expected: UInt32 = 0
                for place in 0..<4 { expected = expected << 8 | UInt32(bytes[index + 3 + place]) }
                guard checksum(of: bytes, count: end, without: index + 3) == expected else { return .badChecksum }
            }
            index += 3 + count
        }
        return nil
    }

    /// The CRC-32C (RFC 3720 §12.1) of `count` octets, of which four from `field` on count as zero.
    private static func checksum(of bytes: Octets, count: Int, without field: Int) -> UInt32 {
        var remainder: UInt32 = .max
        for index in 0..<count {
            remainder ^= index >= field && index < field + 4 ? 0 : UInt32(bytes[index])
            for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0x82F6_3B78 : 0) }
        }
        return ~remainder
    }
}
