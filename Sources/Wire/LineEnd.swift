/// The CRLF that ends every line; a lone LF or CR is refused (RFC 9112 §2.2).
enum LineEnd {
    /// What stands at `index`: CRLF (`.complete`), a part of it, or something else, which is refused with `otherwise`.
    @inline(__always)
    static func check(_ bytes: Octets, at index: Int, otherwise: HeadRejection) -> HeadOutcome {
        guard index < bytes.count else { return .incomplete }
        let octet = bytes[index]
        guard octet == Octet.carriageReturn else {
            return .rejected(octet == Octet.lineFeed ? .bareLineFeed : otherwise)
        }
        guard index &+ 1 < bytes.count else { return .incomplete }
        return bytes[index &+ 1] == Octet.lineFeed ? .complete : .rejected(.bareCarriageReturn)
    }
}
