/// An IP address as `X-Forwarded-For` and `Forwarded` (RFC 7239 §6) write it, read strictly and without an allocation.
@frozen
public struct ForwardedAddress: Equatable, Sendable {
    /// The first eight octets in memory order; an IPv4 address is the first four.
    public var high: UInt64 = 0
    /// The last eight octets of an IPv6 address in memory order.
    public var low: UInt64 = 0
    /// The family; an IPv4-mapped IPv6 address is IPv4.
    public var isIPv6 = false

    /// From `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`; a port is passed over.
    ///
    /// Anything else is none: names, `unknown`, obfuscated identifiers (RFC 7239 §6.3), zones, octal or short forms.
    public init?(_ text: UnsafeRawBufferPointer) {
        guard let bytes = unsafe Octets(text), bytes.count <= Self.longest else { return nil }
        var reader = AddressReader(bytes: bytes)
        if bytes[0] == Octet.openBracket {
            reader.index = 1
            guard let number = reader.version6(), reader.take(Octet.closeBracket), reader.portOrEnd() else {
                return nil
            }
            self.init(number)
        } else if let octets = reader.version4(), reader.portOrEnd() {
            self.init(0xffff << 32 | UInt128(octets))
        } else {
            reader.index = 0
            guard let number = reader.version6(), reader.isAtEnd else { return nil }
            self.init(number)
        }
    }

    private init(_ number: UInt128) {
        if number >> 32 == 0xffff {
            high = UInt64(UInt32(truncatingIfNeeded: number).byteSwapped)
        } else {
            high = UInt64(truncatingIfNeeded: number >> 64).byteSwapped
            low = UInt64(truncatingIfNeeded: number).byteSwapped
            isIPv6 = true
        }
    }

    /// `[` 39 digits and colons, or 45 with a dotted quad, `]:65535`.
    private static var longest: Int { 53 }
}

/// Reads the parts of an address from octets.
private struct AddressReader {
    let bytes: Octets
    var index = 0

    var isAtEnd: Bool { index == bytes.count }

    mutating func take(_ octet: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == octet else { return false }
        index += 1
        return true
    }

    /// Nothing more, or a colon and a port (RFC 7239's may be obfuscated: that is none).
    mutating func portOrEnd() -> Bool {
        if isAtEnd { return true }
        guard take(Octet.colon), let port = decimal(digits: 5) else { return false }
        return port <= 65_535 && isAtEnd
    }

    mutating func decimal(digits: Int) -> UInt32? {
        let start = index
        var value: UInt32 = 0
        while index < bytes.count, index - start < digits, Octet.isDigit(bytes[index]) {
            value = value * 10 + UInt32(bytes[index] &- Octet.zero)
            index += 1
        }
        return index == start ? nil : value
    }

    /// Four decimal octets; one with a leading zero is refused, for some readers take it as octal.
    mutating func version4() -> UInt32? {
        var value: UInt32 = 0
        for part in 0..<4 {
            guard part == 0 || take(Octet.dot) else { return nil }
            let start = index
            guard let octet = decimal(digits: 3), octet < 256 else { return nil }
            if bytes[start] == Octet.zero, index - start > 1 { return nil }
            value = value << 8 | octet
        }
        return value
    }

    private mutating func hexadecimal() -> UInt16? {
        let start = index
        var value: UInt16 = 0
        while index < bytes.count, index - start < 4 {
            let digit = Octet.hexValue(bytes[index])
            guard digit < 16 else { break }
            value = value << 4 | UInt16(digit)
            index += 1
        }
        return index == start ? nil : value
    }

    /// Eight groups, `::` at most once, the last two perhaps a dotted quad (RFC 4291 §2.2).
    mutating func version6() -> UInt128? {
        var value: UInt128 = 0
        var count = 0
        /// Groups before the gap.
        var gap = -1
        if take(Octet.colon) {
            guard take(Octet.colon) else { return nil }
            gap = 0
        }
        while index < bytes.count, bytes[index] != Octet.closeBracket {
            let start = index
            guard count < 8, let group = hexadecimal() else { return nil }
            if index < bytes.count, bytes[index] == Octet.dot {
                index = start
                guard count < 7, let quad = version4() else { return nil }
                value = value << 32 | UInt128(quad)
                count += 2
                break
            }
            value = value << 16 | UInt128(group)
            count += 1
            guard take(Octet.colon) else { break }
            if take(Octet.colon) {
                guard gap < 0 else { return nil }
                gap = count
            } else if isAtEnd || bytes[index] == Octet.closeBracket {
                return nil
            }
        }
        if gap >= 0 {
            guard count < 8 else { return nil }
            // What stands behind the gap stays; what stands before it moves to the front.
            let behind = UInt128(16 * (count - gap))
            let tail = value & ((1 << behind) - 1)
            let front = gap == 0 ? 0 : (value >> behind) << UInt128(16 * (8 - gap))
            value = front | tail
        } else if count != 8 {
            return nil
        }
        return value
    }
}
