/// The octets of a handshake message, over the records that it is in (RFC 8446 §5.1).
struct HandshakeReader {
    /// Why reading ends early.
    enum Stop: Error {
        /// The octets end within the message.
        case incomplete
        /// They are no such message.
        case malformed
    }

    private let bytes: Octets
    private var index = 0
    /// Octets left of the record at hand.
    private var recordLeft = 0
    /// Octets that the message may still have; its length once that is known.
    var left = Int.max

    init(_ bytes: Octets) {
        self.bytes = bytes
    }

    /// The message's next octet.
    mutating func octet() throws(Stop) -> UInt8 {
        guard left > 0 else { throw .malformed }
        if recordLeft == 0 { try beginRecord() }
        guard index < bytes.count else { throw .incomplete }
        defer {
            index += 1
            recordLeft -= 1
            left -= 1
        }
        return bytes[index]
    }

    /// A number of `count` octets, the first the highest.
    mutating func number(_ count: Int) throws(Stop) -> Int {
        var number = 0
        for _ in 0..<count { number = number << 8 | Int(try octet()) }
        return number
    }

    /// Passes over `count` octets.
    mutating func skip(_ count: Int) throws(Stop) {
        guard count <= left else { throw .malformed }
        for _ in 0..<count { _ = try octet() }
    }

    /// A record's header: handshake, a version 3.x, and a length; an empty one is none (RFC 8446 §5.1).
    private mutating func beginRecord() throws(Stop) {
        for offset in 0..<5 {
            guard index + offset < bytes.count else { throw .incomplete }
            let octet = bytes[index + offset]
            switch offset {
            case 0: guard octet == 22 else { throw .malformed }
            case 1: guard octet == 3 else { throw .malformed }
            case 2: guard octet <= 4 else { throw .malformed }
            default: recordLeft = recordLeft << 8 | Int(octet)
            }
        }
        guard recordLeft > 0, recordLeft <= 1 << 14 else { throw .malformed }
        index += 5
    }
}
