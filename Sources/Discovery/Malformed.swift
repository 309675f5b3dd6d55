/// Why a key or a value is left out: what is wrong, then what would be right.
public struct Malformed: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason.
    public let description: String

    /// For the given reason.
    public init(_ description: String) {
        self.description = description
    }
}
