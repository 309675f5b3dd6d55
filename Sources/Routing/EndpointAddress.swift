/// An IP address and port as the kernel takes them, without the kernel's types.
@frozen
public struct EndpointAddress: Sendable, Hashable {
    /// 16 octets in network order; IPv4 uses the first four of `high`'s memory order.
    public var high: UInt64
    /// The second eight octets of an IPv6 address.
    public var low: UInt64
    /// Port in host order.
    public var port: UInt16
    /// IPv6 rather than IPv4.
    public var isIPv6: Bool

    /// From parts.
    @inlinable
    public init(high: UInt64, low: UInt64, port: UInt16, isIPv6: Bool) {
        self.high = high
        self.low = low
        self.port = port
        self.isIPv6 = isIPv6
    }

    /// From `10.0.0.5:80` or `[::1]:80`; nil if it is neither.
    ///
    /// Names are not looked up; the port is 1 to 65535.
    public init?(_ text: String) {
        self.init(text, allowingPortZero: false)
    }

    /// From `10.0.0.5:80` or `[::1]:80`, as above; port 0 (any free port, for a listener) only where it is allowed.
    public init?(_ text: String, allowingPortZero: Bool) {
        var parser = AddressParser(text)
        guard let address = parser.addressWithPort(), address.port > 0 || allowingPortZero else { return nil }
        self = address
    }
}

extension EndpointAddress: CustomStringConvertible {
    /// `10.0.0.5:80` or `[2001:db8::1]:80`: the one spelling (RFC 5952 §4, §6) that identities are made of.
    public var description: String {
        isIPv6 ? "[\(ipDescription)]:\(port)" : "\(ipDescription):\(port)"
    }

    /// The address alone: `10.0.0.5` or `2001:db8::1`.
    public var ipDescription: String {
        let high = UInt64(bigEndian: high)
        guard isIPv6 else { return Self.dotted(UInt32(truncatingIfNeeded: high >> 32)) }
        let low = UInt64(bigEndian: low)
        // An IPv4-mapped address shows the IPv4 address that it holds (RFC 5952 §5).
        if high == 0, low >> 32 == 0xFFFF { return "::ffff:" + Self.dotted(UInt32(truncatingIfNeeded: low)) }
        var groups: [UInt16] = []
        for half in [high, low] {
            for shift in stride(from: 48, through: 0, by: -16) {
                groups.append(UInt16(truncatingIfNeeded: half >> UInt64(shift)))
            }
        }
        return Self.compressed(groups)
    }

    private static func dotted(_ value: UInt32) -> String {
        "\(value >> 24).\(value >> 16 & 0xFF).\(value >> 8 & 0xFF).\(value & 0xFF)"
    }

    /// Hexadecimal groups with the first of the longest runs of two or more zeros left out (RFC 5952 §4.2).
    private static func compressed(_ groups: [UInt16]) -> String {
        var best = 0..<0
        var index = 0
        while index < groups.count {
            var end = index
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - index > max(best.count, 1) { best = index..<end }
            index = max(end, index + 1)
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        if best.isEmpty { return text(0..<groups.count) }
        return text(0..<best.lowerBound) + "::" + text(best.upperBound..<groups.count)
    }
}
