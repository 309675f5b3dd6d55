/// Which fields must not travel in a trailer section (RFC 9110 §6.5.1).
enum TrailerFields {
    /// Marks forbidden fields of a trailer section as not to be forwarded.
    static func mark(_ table: FieldTable, count: Int, in bytes: Octets) {
        for index in 0..<count {
            var field = table[index]
            guard isForbidden(field, in: bytes) else { continue }
            field.isHopByHop = true
            table[index] = field
        }
    }

    /// Framing, routing, request modifiers, authentication, cache and content fields: acting on them late is the harm.
    private static func isForbidden(_ field: HeaderField, in bytes: Octets) -> Bool {
        // Every name that Portico acts on is of one of those kinds, except those that merely inform.
        if field.name != .other {
            switch field.name {
            case .server, .via, .xRequestID, .traceParent, .traceState: return false
            default: return true
            }
        }
        let name = ByteRange(start: field.nameStart, count: UInt32(field.nameCount))
        for index in forbidden.indices where bytes.equals(name, forbidden[index]) { return true }
        return hasPrefix("x-forwarded-", name, bytes) || hasPrefix("if-", name, bytes)
            || hasPrefix("access-control-", name, bytes)
    }

    private static func hasPrefix(_ prefix: StaticString, _ name: ByteRange, _ bytes: Octets) -> Bool {
        let count = UInt32(prefix.utf8CodeUnitCount)
        return name.count >= count && bytes.equals(ByteRange(start: name.start, count: count), prefix)
    }

    private static let forbidden: InlineArray<_, StaticString> = [
        "age", "allow", "cache-control", "content-encoding", "content-language", "content-location", "content-range",
        "content-security-policy", "content-type", "expires", "max-forwards", "mime-version", "pragma", "range",
        "retry-after", "set-cookie", "strict-transport-security", "vary", "warning", "www-authenticate",
        "proxy-authentication-info", "authentication-info",
    ]
}
