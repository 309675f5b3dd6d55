/// Why something with HAProxy did not come about: what, where, and what would be right.
public struct HAProxyFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason, for people.
    public let description: String

    /// A failure that says `description`.
    public init(_ description: String) {
        self.description = description
    }
}
