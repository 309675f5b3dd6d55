/// What the octets that a TLS connection began with come to.
@frozen
public enum HelloOutcome: Sendable, Equatable {
    /// The hello is whole.
    case complete(ClientHello)
    /// More octets are needed; read again from the beginning when they are there.
    case incomplete
    /// It is no hello: the connection is not to be served.
    case rejected
}

/// A client's first message in a TLS connection (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2), read for where it wants to go and no
/// further: there is no cryptography in it.
@frozen
public struct ClientHello: Sendable, Equatable {
    /// Protocols that the client offers to speak (RFC 7301).
    @frozen
    public struct Protocols: OptionSet, Sendable {
        /// The bits.
        public let rawValue: UInt8
        /// From bits.
        @inlinable
        public init(rawValue: UInt8) { self.rawValue = rawValue }
        /// `h2`.
        public static let http2 = Protocols(rawValue: 1)
        /// `http/1.1`.
        public static let http1 = Protocols(rawValue: 2)
        /// `acme-tls/1`: a certificate authority's validation (RFC 8737).
        public static let acme = Protocols(rawValue: 4)
        /// Any other.
        public static let other = Protocols(rawValue: 8)
    }

    /// Octets in which a hello must end, records' headers included: one record's worth.
    ///
    /// Those of today's browsers have 2 KiB with their post-quantum key shares.
    public static let limit = 16 << 10
    /// Octets of the longest name (RFC 1035 §2.3.4).
    public static let nameLimit = 255

    /// Octets of the server's name, which the caller's area holds as it was sent; 0 without one.
    public var nameCount = 0
    /// What it offers to speak.
    public var protocols: Protocols = []

    /// A hello that asks for no server and offers no protocol.
    public init() {}

    /// Reads a hello at the beginning of `bytes`, over as many records as it is in; what follows it is not looked at.
    ///
    /// Once refused, it stays refused whatever comes; a hello is incomplete until its last octet.
    ///
    /// - Parameter name: room for ``nameLimit`` octets.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, name: UnsafeMutableRawBufferPointer
    ) -> HelloOutcome {
        guard let octets = unsafe Octets(bytes, limit: limit) else { return .incomplete }
        var hello = ClientHello()
        do {
            var reader = HandshakeReader(octets)
            unsafe try hello.read(&reader, name)
            return .complete(hello)
        } catch {
            // What the largest hello's room does not suffice for is none.
            return error == .incomplete && octets.count < limit ? .incomplete : .rejected
        }
    }

    private mutating func read(
        _ reader: inout HandshakeReader, _ name: UnsafeMutableRawBufferPointer
    ) throws(HandshakeReader.Stop) {
        guard try reader.octet() == 1 else { throw .malformed }
        reader.left = try reader.number(3)
        guard reader.left <= Self.limit, try reader.octet() == 3 else { throw .malformed }
        // The version's second octet and the random number.
        try reader.skip(33)
        let session = Int(try reader.octet())
        guard session <= 32 else { throw .malformed }
        try reader.skip(session)
        let ciphers = try reader.number(2)
        guard ciphers >= 2, ciphers % 2 == 0 else { throw .malformed }
        try reader.skip(ciphers)
        let compressions = Int(try reader.octet())
        guard compressions >= 1 else { throw .malformed }
        try reader.skip(compressions)
        guard reader.left > 0 else { return }
        guard try reader.number(2) == reader.left else { throw .malformed }
        var seen: Protocols = []
        while reader.left > 0 {
            let type = try reader.number(2)
            let count = try reader.number(2)
            guard count <= reader.left else { throw .malformed }
            let rest = reader.left - count
            switch type {
            case 0 where nameCount == 0: unsafe try readName(&reader, until: rest, name)
            case 16 where seen.isEmpty:
                try readProtocols(&reader, until: rest)
                seen = protocols
            // Either twice (RFC 8446 §4.2): two readers could each believe another one.
            case 0, 16: throw .malformed
            default: try reader.skip(count)
            }
            guard reader.left == rest else { throw .malformed }
        }
    }

    /// The list of names (RFC 6066 §3), which holds one of the only kind that there is.
    private mutating func readName(
        _ reader: inout HandshakeReader, until rest: Int, _ name: UnsafeMutableRawBufferPointer
    ) throws(HandshakeReader.Stop) {
        guard try reader.number(2) == reader.left - rest, try reader.octet() == 0 else { throw .malformed }
        let count = try reader.number(2)
        guard count == reader.left - rest, count > 0, count <= min(Self.nameLimit, name.count) else {
            throw .malformed
        }
        for index in 0..<count {
            let octet = try reader.octet()
            unsafe name.storeBytes(of: octet, toByteOffset: index, as: UInt8.self)
        }
        nameCount = count
    }

    private mutating func readProtocols(
        _ reader: inout HandshakeReader, until rest: Int
    ) throws(HandshakeReader.Stop) {
        guard try reader.number(2) == reader.left - rest, reader.left > rest else { throw .malformed }
        while reader.left > rest {
            let count = Int(try reader.octet())
            guard count > 0, count <= reader.left - rest else { throw .malformed }
            // Names of up to ten octets are told by all of them, in two words.
            var word: UInt64 = 0
            var end: UInt64 = 0
            for index in 0..<count {
                let octet = UInt64(try reader.octet())
                if index < 8 { word = word << 8 | octet } else if index < 10 { end = end << 8 | octet }
            }
            switch (count, word, end) {
            case (2, 0x6832, 0): protocols.insert(.http2)
            case (8, 0x6874_7470_2F31_2E31, 0): protocols.insert(.http1)
            case (10, 0x6163_6D65_2D74_6C73, 0x2F31): protocols.insert(.acme)
            default: protocols.insert(.other)
            }
        }
    }
}
