/// A function's failure, told by its message alone.
public struct FunctionError: Error, Sendable, CustomStringConvertible {
    /// What went wrong.
    public let message: String

    /// A failure with `message`.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}
