/// An entry that was left out of a table, or holds but will not do what its author may think.
public struct TableProblem: Sendable, Equatable, Codable {
    /// `route shop` or `service web-80 endpoint 10.0.0.5:x`.
    public var subject: String
    /// What is wrong and what would be right.
    public var reason: String
    /// Where the entry came from.
    public var provenance: Provenance?

    /// A problem with `subject`.
    public init(subject: String, reason: String, provenance: Provenance?) {
        self.subject = Self.cut(subject)
        self.reason = Self.cut(reason)
        self.provenance = provenance
    }

    /// Octets of a sentence at most: a store's value may be half a megabyte, a log line should not be.
    private static let limit = 1_000

    private static func cut(_ text: String) -> String {
        text.utf8.count <= limit ? text : String(decoding: text.utf8.prefix(limit), as: UTF8.self) + "…"
    }
}
