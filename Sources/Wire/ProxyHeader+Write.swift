/// What an endpoint is told.
extension ProxyHeader {
    /// The versions of the protocol.
    @frozen
    public enum Version: UInt8, Sendable {
        /// A line of text.
        case v1 = 1
        /// Binary.
        case v2 = 2
    }

    /// Octets that every header fits in that is written.
    public static let writtenLimit = 108

    /// Writes a header of `version` for a client at `source` that spoke to `destination`; without addresses, one of a client
    /// that is not known.
    ///
    /// The two are of one family: where they differ, the IPv4 address goes as an IPv4-mapped one (RFC 4291 §2.5.5.2).
    ///
    /// - Parameter area: room for ``writtenLimit`` octets.
    /// - Returns: the octets written.
    public static func write(
        _ version: Version, source: ProxiedAddress?, destination: ProxiedAddress?,
        into area: UnsafeMutableRawBufferPointer
    ) -> Int {
        var writer = unsafe ProxyWriter(area: area)
        if let source, let destination {
            let isIPv6 = source.isIPv6 || destination.isIPv6
            let (first, second) = isIPv6 ? (source.mapped, destination.mapped) : (source, destination)
            switch version {
            case .v1: writer.line(first, second)
            case .v2: writer.binary(first, second)
            }
        } else {
            switch version {
            case .v1: writer.put("PROXY UNKNOWN\r\n")
            case .v2: writer.begin(command: 0x20, family: 0, count: 0)
            }
        }
        return writer.count
    }
}

extension ProxiedAddress {
    /// The address as an IPv6 one.
    fileprivate var mapped: ProxiedAddress {
        guard !isIPv6 else { return self }
        // ::ffff:a.b.c.d, in memory order.
        let low = UInt64(bigEndian: 0xFFFF_0000_0000) | UInt64(UInt32(truncatingIfNeeded: high)) << 32
        return ProxiedAddress(high: 0, low: low, port: port, isIPv6: true)
    }
}

/// Appends to an area of fixed size.
///
/// Invariant: `count` is at most the area's; every write is checked against it.
@safe
private struct ProxyWriter {
    private let area: UnsafeMutableRawBufferPointer
    private let room: Int
    private(set) var count = 0

    init(area: UnsafeMutableRawBufferPointer) {
        unsafe self.area = area
        room = area.count
    }

    mutating func put(_ octet: UInt8) {
        precondition(count < room)
        unsafe area.storeBytes(of: octet, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    mutating func put(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount { put(text.octet(index)) }
    }

    private mutating func put(decimal number: UInt16) {
        var scale: UInt16 = 10_000
        while scale > 1, number < scale { scale /= 10 }
        while scale > 0 {
            put(Octet.zero &+ UInt8(number / scale % 10))
            scale /= 10
        }
    }

    /// The octets of a word in memory order.
    private mutating func put(word: UInt64, count octets: Int) {
        for index in 0..<octets { put(UInt8(truncatingIfNeeded: word >> (8 * UInt64(index)))) }
    }

    // MARK: - Version 1

    mutating func line(_ source: ProxiedAddress, _ destination: ProxiedAddress) {
        put(source.isIPv6 ? "PROXY TCP6 " : "PROXY TCP4 ")
        put(text: source)
        put(Octet.space)
        put(text: destination)
        put(Octet.space)
        put(decimal: source.port)
        put(Octet.space)
        put(decimal: destination.port)
        put("\r\n")
    }

    /// An IPv6 address goes with all of its groups: what reads it needs no short form.
    private mutating func put(text address: ProxiedAddress) {
        if !address.isIPv6 {
            for index in 0..<4 {
                if index > 0 { put(Octet.dot) }
                put(decimal: UInt16(truncatingIfNeeded: address.high >> (8 * UInt64(index)) & 255))
            }
            return
        }
        for group in 0..<8 {
            if group > 0 { put(Octet.colon) }
            let word = group < 4 ? address.high : address.low
            put(hexadecimal: UInt16(truncatingIfNeeded: word >> (16 * UInt64(group & 3))).byteSwapped)
        }
    }

    private mutating func put(hexadecimal number: UInt16) {
        var shift: UInt16 = 12
        while shift > 0, number >> shift == 0 { shift -= 4 }
        while true {
            let digit = UInt8(truncatingIfNeeded: number >> shift & 15)
            put(digit < 10 ? Octet.zero &+ digit : 0x57 &+ digit)
            if shift == 0 { return }
            shift -= 4
        }
    }

    // MARK: - Version 2

    mutating func begin(command: UInt8, family: UInt8, count octets: UInt8) {
        for index in 0..<ProxyHeader.signature.count { put(ProxyHeader.signature[index]) }
        put(command)
        put(family)
        put(0 as UInt8)
        put(octets)
    }

    mutating func binary(_ source: ProxiedAddress, _ destination: ProxiedAddress) {
        begin(command: 0x21, family: source.isIPv6 ? 0x21 : 0x11, count: source.isIPv6 ? 36 : 12)
        for address in [source, destination] {
            put(word: address.high, count: address.isIPv6 ? 8 : 4)
            if address.isIPv6 { put(word: address.low, count: 8) }
        }
        for address in [source, destination] {
            put(UInt8(truncatingIfNeeded: address.port >> 8))
            put(UInt8(truncatingIfNeeded: address.port))
        }
    }
}
