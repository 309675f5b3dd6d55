extension Method {
    /// Which method the octets are; methods are case-sensitive (RFC 9110 §9.1).
    @inline(__always)
    static func lookup(_ bytes: Octets, start: Int, count: Int) -> Method {
        guard count <= 7 else { return .other }
        switch bytes.word(at: start, count: count) {
        case word("GET\0\0\0\0\0"): return .get
        case word("POST\0\0\0\0"): return .post
        case word("HEAD\0\0\0\0"): return .head
        case word("PUT\0\0\0\0\0"): return .put
        case word("DELETE\0\0"): return .delete
        case word("OPTIONS\0"): return .options
        case word("PATCH\0\0\0"): return .patch
        case word("CONNECT\0"): return .connect
        case word("TRACE\0\0\0"): return .trace
        default: return .other
        }
    }

    @inline(__always)
    private static func word(_ literal: StaticString) -> UInt64 { literal.word }
}
