/// A token or password: it prints as nothing that helps anybody.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The secret itself.
    public let value: String

    /// Keeps `value`.
    public init(_ value: String) {
        self.value = value
    }

    /// `[redacted]`.
    public var description: String { "[redacted]" }
    /// `[redacted]`.
    public var debugDescription: String { "[redacted]" }
    /// Shows nothing of it.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
