/// What a route says of paths, in the form in which the table looks them up.
enum PathPattern: Equatable {
    /// Just this path.
    case exact([UInt8])
    /// This path and what lies below it, by whole segments; one that ends in `/` is needed with it.
    case prefix([UInt8])
    /// Any path in which this matches.
    case regex(String)

    /// Octets in a pattern: half of the longest request target that is let in.
    static let limit = 4_096

    /// Reads `/prefix`, `=/exact` or `~regex`.
    init(_ text: String) throws(PatternError) {
        switch text.utf8.first {
        case UInt8(ascii: "~"):
            self = .regex(String(text.dropFirst()))
        case UInt8(ascii: "="):
            self = .exact(try Self.path(text.dropFirst().utf8, of: text))
        default:
            self = .prefix(try Self.path(text[...].utf8, of: text))
        }
    }

    private static func path(_ octets: Substring.UTF8View, of pattern: String) throws(PatternError) -> [UInt8] {
        guard octets.first == UInt8(ascii: "/") else {
            throw PatternError(
                reason: "path `\(pattern)` does not begin with a slash: write `/prefix`, `=/exact` or `~regex`")
        }
        guard octets.count <= limit else {
            throw PatternError(reason: "path has more than \(limit) octets: write a shorter prefix")
        }
        // Requests are matched in one spelling (RFC 3986 §6.2.2); a pattern in another would never match.
        guard let path = PathForm.normal(octets) else {
            throw PatternError(
                reason:
                    "path `\(pattern)` can match no request: write it without query and malformed `%`, and not climbing above `/`"
            )
        }
        return path
    }
}
