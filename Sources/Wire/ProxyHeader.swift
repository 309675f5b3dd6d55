/// An address in a PROXY header: octets in memory order, as the kernel has them.
@frozen
public struct ProxiedAddress: Sendable, Equatable {
    /// The first eight octets; an IPv4 address is the first four.
    public var high: UInt64
    /// The last eight octets of an IPv6 address.
    public var low: UInt64
    /// The port in host order.
    public var port: UInt16
    /// The family.
    public var isIPv6: Bool

    /// From parts in memory order.
    @inlinable
    public init(high: UInt64, low: UInt64, port: UInt16, isIPv6: Bool) {
        self.high = high
        self.low = low
        self.port = port
        self.isIPv6 = isIPv6
    }
}

/// Why what a connection began with is no PROXY header.
@frozen
public enum ProxyRejection: Sendable, Equatable {
    /// It begins as neither version does.
    case noSignature
    /// It begins as one and goes on otherwise.
    case malformed
    /// It is longer than any that is read here.
    case tooLong
    /// Its checksum is another's.
    case badChecksum
}

/// What the octets so far come to.
@frozen
public enum ProxyOutcome: Sendable, Equatable {
    /// A header, which ends before what follows.
    case complete(ProxyHeader)
    /// More octets are needed; parse again from the beginning when they are there.
    case incomplete
    /// No header: the connection is not to be served.
    case rejected(ProxyRejection)
}

/// The header of the PROXY protocol, version 1 or 2 (HAProxy's doc/proxy-protocol.txt): who the client of a connection is,
/// told by the proxy that it came through.
@frozen
public struct ProxyHeader: Sendable, Equatable {
    /// What a header says of the client.
    @frozen
    public enum Origin: Sendable, Equatable {
        /// The proxy speaks for itself, as in a health check: the connection's own addresses hold.
        case local
        /// A client without an IP address, or of a kind that cannot be told: likewise.
        case unknown
        /// A client with an address, and the address that it spoke to.
        case client(source: ProxiedAddress, destination: ProxiedAddress)
    }

    /// Octets of the largest header that is read.
    ///
    /// Version 1 ends at 107; of version 2's 64 KiB this leaves room for a client's certificate in a TLV.
    public static let limit = 4096

    /// Who it says the client is.
    public var origin: Origin
    /// Octets of the header.
    public var count: Int

    /// A header of `count` octets.
    @inlinable
    public init(origin: Origin, count: Int) {
        self.origin = origin
        self.count = count
    }

    /// Reads a header at the beginning of `bytes`, strictly; what follows it is not looked at.
    ///
    /// Once refused, it stays refused whatever comes; a header is incomplete until its last octet.
    public static func parse(_ bytes: UnsafeRawBufferPointer) -> ProxyOutcome {
        guard let octets = unsafe Octets(bytes, limit: limit) else { return .incomplete }
        return octets[0] == 0x0D ? parseBinary(octets) : parseText(octets)
    }
}
