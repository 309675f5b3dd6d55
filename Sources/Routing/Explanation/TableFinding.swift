/// Something in a table that works as it was written, and hardly as it was meant.
public struct TableFinding: Sendable, Equatable, Codable {
    /// How bad it is.
    public enum Weight: String, Sendable, Codable {
        /// It never does anything.
        case never
        /// It does less than it seems to.
        case partly
    }

    /// `route shop` or `service web-80`.
    public var subject: String
    /// What is wrong, then what would be right.
    public var reason: String
    /// Where it came from.
    public var provenance: Provenance?
    /// How bad it is.
    public var weight: Weight
}
