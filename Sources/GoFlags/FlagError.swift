/// Why arguments are no flags of a set, in Go's words.
public enum FlagError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `-h`, `-help`: usage is wanted.
    case help
    /// `---x`, `-=x`.
    case badSyntax(String)
    /// A flag that the set does not have.
    case undefined(String)
    /// A flag at the end that needs a value.
    case needsArgument(String)
    /// A value that the flag does not take.
    case invalid(String, flag: String, reason: String)
    /// A value that a boolean does not take.
    case invalidBoolean(String, flag: String, reason: String)

    /// What Go prints before the usage; of ``help`` it prints the usage alone.
    public var description: String {
        switch self {
        case .help: "flag: help requested"
        case .badSyntax(let argument): "bad flag syntax: \(argument)"
        case .undefined(let name): "flag provided but not defined: -\(name)"
        case .needsArgument(let name): "flag needs an argument: -\(name)"
        case .invalid(let value, let flag, let reason):
            "invalid value \(value.goQuoted) for flag -\(flag): \(reason)"
        case .invalidBoolean(let value, let flag, let reason):
            "invalid boolean value \(value.goQuoted) for -\(flag): \(reason)"
        }
    }

    /// The exit status of a Go program that leaves errors to its flags: 2, or 0 for ``help``.
    public var exitStatus: Int32 { self == .help ? 0 : 2 }
}
