/// A network in CIDR notation.
public struct Network: Sendable, Equatable, Hashable {
    /// The network's address; `port` is not used.
    public var address: EndpointAddress
    /// Leading bits that count: 0 to 32 or 128.
    public var prefixLength: Int

    /// What makes sense of a network, for errors.
    public static let form =
        "it is an address or ADDRESS/BITS without bits set beyond them, such as 10.0.0.0/8 or 2001:db8::/32"

    /// From `10.0.0.0/8` or a lone address; nil if `text` is neither, or has bits set beyond its prefix.
    ///
    /// A network of IPv4-mapped IPv6 addresses (`::ffff:10.0.0.0/104`) is the IPv4 one, as such addresses are everywhere.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2 else { return nil }
        let host = String(first)
        guard let address = EndpointAddress(host.contains(":") ? "[\(host)]:1" : "\(host):1") else { return nil }
        let widest = address.isIPv6 ? 128 : 32
        var length = widest
        if parts.count == 2 {
            guard let given = Int(parts[1]), given >= 0, given <= widest, parts[1].allSatisfy(\.isNumber) else {
                return nil
            }
            length = given
        }
        self.address = address
        prefixLength = length
        let mask = Self.mask(length)
        guard address.high & ~mask.high == 0, address.low & ~mask.low == 0 || !address.isIPv6 else { return nil }
        if address.isMappedIPv4, length >= 96 {
            self.address = address.unmapped
            prefixLength = length - 96
        }
    }

    /// Whether `other` lies in it.
    ///
    /// An IPv4-mapped IPv6 address counts as IPv4.
    public func contains(_ other: EndpointAddress) -> Bool {
        let other = other.unmapped
        guard other.isIPv6 == address.isIPv6 else { return false }
        let mask = Self.mask(prefixLength)
        guard address.isIPv6 else {
            return (other.high ^ address.high) & mask.high & 0xffff_ffff == 0
        }
        return (other.high ^ address.high) & mask.high == 0 && (other.low ^ address.low) & mask.low == 0
    }

    /// The first `length` bits in memory order: most significant first in the network's octets.
    private static func mask(_ length: Int) -> (high: UInt64, low: UInt64) {
        func word(_ bits: Int) -> UInt64 {
            bits <= 0 ? 0 : bits >= 64 ? .max : (UInt64.max << UInt64(64 - bits)).byteSwapped
        }
        return (word(length), word(length - 64))
    }
}

extension Network: CustomStringConvertible {
    /// `10.0.0.0/8`.
    public var description: String { "\(address.ipDescription)/\(prefixLength)" }
}

extension Network: Codable {
    /// Reads what ``description`` writes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let network = Network(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "network \(text): \(Self.form)")
        }
        self = network
    }

    /// Writes ``description``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension EndpointAddress {
    /// `::ffff:a.b.c.d`: an IPv4 address as IPv6 sockets write it (RFC 4291 §2.5.5.2).
    var isMappedIPv4: Bool { isIPv6 && high == 0 && low & 0xffff_ffff == 0xffff_0000 }

    /// The same address, IPv4 where it is a mapped one.
    var unmapped: EndpointAddress {
        isMappedIPv4 ? EndpointAddress(high: low >> 32, low: 0, port: port, isIPv6: false) : self
    }
}
