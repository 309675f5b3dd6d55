/// Reads the text of IP addresses strictly: no name, no zone, no octal octet, nothing before or after.
struct AddressParser {
    private let text: [UInt8]
    private var position = 0

    init(_ text: String) {
        self.text = Array(text.utf8)
    }

    /// `10.0.0.5:80` or `[::1]:80`, the whole text; the port may be 0.
    mutating func addressWithPort() -> EndpointAddress? {
        if take(UInt8(ascii: "[")) {
            guard let groups = groups(), take(UInt8(ascii: "]")), let port = portAtEnd() else { return nil }
            return EndpointAddress(
                high: UInt64(bigEndian: groups.high), low: UInt64(bigEndian: groups.low), port: port, isIPv6: true)
        }
        guard let octets = dottedQuad(), let port = portAtEnd() else { return nil }
        return EndpointAddress(high: UInt64(bigEndian: UInt64(octets) << 32), low: 0, port: port, isIPv6: false)
    }

    private mutating func portAtEnd() -> UInt16? {
        guard take(UInt8(ascii: ":")), let port = decimal(digits: 5), position == text.count else { return nil }
        return UInt16(exactly: port)
    }

    private mutating func take(_ octet: UInt8) -> Bool {
        guard position < text.count, text[position] == octet else { return false }
        position += 1
        return true
    }

    private mutating func decimal(digits: Int) -> UInt32? {
        var value: UInt32 = 0
        let start = position
        while position < text.count, position - start < digits, text[position] &- 48 < 10 {
            value = value * 10 + UInt32(text[position] &- 48)
            position += 1
        }
        return position == start ? nil : value
    }

    /// Four decimal octets.
    ///
    /// One with a leading zero is refused: some readers take it as octal.
    private mutating func dottedQuad() -> UInt32? {
        var value: UInt32 = 0
        for index in 0..<4 {
            guard index == 0 || take(UInt8(ascii: ".")) else { return nil }
            let start = position
            guard let octet = decimal(digits: 3), octet < 256 else { return nil }
            if text[start] == UInt8(ascii: "0"), position - start > 1 { return nil }
            value = value << 8 | octet
        }
        return value
    }

    private mutating func hexadecimal() -> UInt16? {
        var value: UInt16 = 0
        let start = position
        while position < text.count, position - start < 4 {
            let octet = text[position]
            let digit: UInt8
            if octet &- 48 < 10 {
                digit = octet &- 48
            } else if (octet | 0x20) &- 97 < 6 {
                digit = (octet | 0x20) &- 87
            } else {
                break
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return position == start ? nil : value
    }

    /// The eight groups of an IPv6 address (RFC 4291 §2.2), its last two perhaps as a dotted quad.
    private mutating func groups() -> (high: UInt64, low: UInt64)? {
        var before = GroupList()
        var after = GroupList()
        var sawGap = false
        if take(UInt8(ascii: ":")) {
            guard take(UInt8(ascii: ":")) else { return nil }
            sawGap = true
        }
        while position < text.count, text[position] != UInt8(ascii: "]") {
            let start = position
            guard let group = hexadecimal() else { return nil }
            if position < text.count, text[position] == UInt8(ascii: ".") {
                position = start
                guard let quad = dottedQuad() else { return nil }
                for part in [UInt16(truncatingIfNeeded: quad >> 16), UInt16(truncatingIfNeeded: quad)] {
                    guard sawGap ? after.append(part) : before.append(part) else { return nil }
                }
                break
            }
            guard sawGap ? after.append(group) : before.append(group) else { return nil }
            guard take(UInt8(ascii: ":")) else { break }
            if take(UInt8(ascii: ":")) {
                if sawGap { return nil }
                sawGap = true
            } else if position == text.count || text[position] == UInt8(ascii: "]") {
                return nil  // ends in a single colon
            }
        }
        let count = before.count + after.count
        // A gap stands for at least one group.
        guard sawGap ? count < 8 : count == 8 else { return nil }
        let tail = after.shifted(right: 8 - after.count)
        return (before.bits.high | tail.high, before.bits.low | tail.low)
    }
}

/// Up to eight groups of 16 bits, the first in the highest place.
private struct GroupList {
    var count = 0
    private var value: UInt128 = 0

    mutating func append(_ group: UInt16) -> Bool {
        guard count < 8 else { return false }
        value |= UInt128(group) << UInt128(112 - 16 * count)
        count += 1
        return true
    }

    var bits: (high: UInt64, low: UInt64) { shifted(right: 0) }

    func shifted(right groups: Int) -> (high: UInt64, low: UInt64) {
        let moved = groups >= 8 ? 0 : value >> UInt128(16 * groups)
        return (UInt64(truncatingIfNeeded: moved >> 64), UInt64(truncatingIfNeeded: moved))
    }
}
