/// Request paths in the one form that both matching and forwarding use, so that no route can be passed by spelling.
public enum RequestPath {
    /// Whether `path` is already in that form: no `%`, no dot segment. Almost all are, and cost only this scan.
    public static func isNormal(_ path: UnsafeRawBufferPointer) -> Bool {
        true
    }

    /// Writes the normal form of `path` into `output`, which must be at least as large: percent-encoded unreserved octets
    /// decoded, the hex digits of the others upper-cased, dot segments resolved (RFC 3986 §6.2.2).
    ///
    /// - Returns: the octets written, or -1 for a path that is refused: `%00`, a malformed `%`, or one that climbs above `/`.
    public static func normalize(_ path: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        -1
    }
}
