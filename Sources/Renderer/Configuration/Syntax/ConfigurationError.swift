/// Something wrong with a configuration, and where.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where it was said.
    public var place: SourcePlace
    /// What is wrong, then what would be right.
    public var message: String

    /// An error at a place.
    public init(_ place: SourcePlace, _ message: String) {
        self.place = place
        self.message = message
    }

    /// `file:line:column: message`.
    public var description: String { "\(place): \(message)" }
}
