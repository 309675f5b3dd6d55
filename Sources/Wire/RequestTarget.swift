/// Judges a request's target: which form it has, and whether the method allows it (RFC 9112 §3.2).
enum RequestTarget {
    /// Completes `head` from its target, which the request line left as if it were in origin-form.
    ///
    /// - Returns: the rejection, or nil; for an absolute-form target `authority`, `host` and `path` are set.
    @inline(__always)
    static func judge(_ bytes: Octets, _ head: inout RequestHead) -> HeadRejection? {
        if head.method == .connect { return .connectRefused }
        if head.method == .trace { return .traceRefused }
        let first = bytes[Int(head.target.start)]
        if first == Octet.slash { return nil }
        if first == Octet.asterisk {
            return head.target.count == 1 && head.method == .options ? nil : .badTarget
        }
        return judgeAbsolute(bytes, &head)
    }

    /// `http://authority[/path][?query]`; the query was found by the request line.
    private static func judgeAbsolute(_ bytes: Octets, _ head: inout RequestHead) -> HeadRejection? {
        guard let schemeCount = schemeCount(bytes, head.target) else { return .badTarget }
        let start = Int(head.target.start) + schemeCount
        // The path range ends before the `?`, so the authority cannot run into the query.
        let limit = Int(head.path.end)
        var end = start
        while end < limit, bytes[end] != Octet.slash { end += 1 }
        let authority = ByteRange(from: start, to: end)
        guard let parsed = Authority.parse(authority, in: bytes) else { return .badTarget }
        head.isAbsoluteForm = true
        head.authority = authority
        head.host = ByteRange(from: start, to: start + parsed.hostCount)
        head.path = ByteRange(from: end, to: limit)
        return nil
    }

    /// Octets of `http://` or `https://`, whichever the target begins with in any case.
    static func schemeCount(_ bytes: Octets, _ target: ByteRange) -> Int? {
        if target.count >= 7, bytes.equals(ByteRange(start: target.start, count: 7), "http://") { return 7 }
        if target.count >= 8, bytes.equals(ByteRange(start: target.start, count: 8), "https://") { return 8 }
        return nil
    }
}
