/// A configuration that is not to be used.
public struct ConfigurationFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, in the order of the sources; at least one.
    public var errors: [ConfigurationError]

    /// One line for each.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
