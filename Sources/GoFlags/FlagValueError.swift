/// Why a flag does not take a value.
public struct FlagValueError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The reason, as it stands behind `invalid value "x" for flag -y: `.
    public var message: String

    /// A reason.
    public init(_ message: String) {
        self.message = message
    }

    /// The text has not the form of such a value.
    public static let syntax = FlagValueError("parse error")
    /// The text has the form, but no such number fits.
    public static let range = FlagValueError("value out of range")

    /// ``message``.
    public var description: String { message }
}
