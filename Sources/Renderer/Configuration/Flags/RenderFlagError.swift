public import GoFlags

/// What is wrong with the command line of `portico render`.
public enum RenderFlagError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A flag that is none, or its value; or help is asked for.
    case flag(FlagError)
    /// Arguments that are no flags.
    case extraArguments([String])

    /// The error in Go's and consul-template's words.
    public var description: String {
        switch self {
        case .flag(let error): error.description
        case .extraArguments(let arguments):
            "cli: extra args: [\(arguments.map(\.goQuoted).joined(separator: " "))]"
        }
    }

    /// Whether help was asked for, which is printed and no error.
    public var isHelp: Bool { self == .flag(.help) }

    /// How the program ends.
    public var exit: RenderExit { isHelp ? .done : .badFlags }
}
