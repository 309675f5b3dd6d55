/// A rewrite of the path by a regular expression: `$1`, `${name}` in `to` stand for groups.
public struct PathRewrite: Sendable, Equatable, Codable {
    /// PCRE2 pattern.
    public var match: String
    /// Replacement.
    public var to: String
    /// `match` becomes `to`.
    public init(match: String, to: String) {
        self.match = match
        self.to = to
    }
}
