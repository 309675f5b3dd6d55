/// Applies the `Connection` field to the other fields (RFC 9110 §7.6.1).
enum ConnectionOptions {
    /// The most options that a head may list: each is compared with every field, so that the work has to have a bound.
    static let maximumCount = 32

    /// Marks every field that a `Connection` field names; false if more than ``maximumCount`` options are listed.
    ///
    /// Fields that framing, routing or authorisation rest on are never marked: a client must not be able to delete what
    /// the gateway or an endpoint decides by.
    static func mark(_ table: FieldTable, count: Int, in bytes: Octets) -> Bool {
        var options = 0
        for index in 0..<count where table[index].name == .connection {
            var members = ListMembers(table[index].value, in: bytes)
            while let member = members.next() {
                options += 1
                if options > maximumCount { return false }
                // These are options and not names: `Close` is reserved (RFC 9110 §18.4), the other two never go on anyway.
                if bytes.equals(member, "close") || bytes.equals(member, "keep-alive")
                    || bytes.equals(member, "upgrade")
                {
                    continue
                }
                markFields(named: member, table, count: count, in: bytes)
            }
        }
        return true
    }

    private static func markFields(named option: ByteRange, _ table: FieldTable, count: Int, in bytes: Octets) {
        for index in 0..<count where UInt32(table[index].nameCount) == option.count {
            var field = table[index]
            let name = ByteRange(start: field.nameStart, count: UInt32(field.nameCount))
            guard bytes.equals(name, option), !isProtected(field, in: bytes) else { continue }
            field.isHopByHop = true
            table[index] = field
        }
    }

    /// Whether a field stays whatever `Connection` says.
    private static func isProtected(_ field: HeaderField, in bytes: Octets) -> Bool {
        switch field.name {
        case .host, .contentLength, .transferEncoding, .authorization, .cookie, .expect, .forwarded, .xRealIP,
            .xRequestID,
            .via, .xForwardedFor, .xForwardedProto, .xForwardedHost, .xForwardedPort, .xForwardedPrefix,
            .xForwardedServer, .xForwardedSSL:
            return true
        case .other:
            guard field.nameCount > 12 else { return false }
            return bytes.equals(ByteRange(start: field.nameStart, count: 12), "x-forwarded-")
        default: return false
        }
    }
}
