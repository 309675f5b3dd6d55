public import GoFlags

/// Why arguments do not start a registrator, in the words and with the exit status that gliderlabs' has.
public enum RegistratorUsageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A flag is wrong, or help is wanted.
    case flag(FlagError)
    /// No registry is named.
    case noRegistry
    /// Arguments behind the registries that are none.
    case extraArguments([String])
    /// Flags that do not go together.
    case conflict(String)

    /// What is wrong, with the usage where it helps.
    public var description: String {
        switch self {
        case .flag(.help): RegistratorFlags.usageText
        case .flag(let error): "\(error)\n\(RegistratorFlags.usageText)"
        case .noRegistry: "Missing required argument for registry URI.\n\n\(RegistratorFlags.usageText)"
        case .extraArguments(let arguments):
            """
            Extra unparsed arguments:
              \(arguments.joined(separator: " "))
            Options should come before the registry URI argument.

            \(RegistratorFlags.usageText)
            """
        case .conflict(let text): text
        }
    }

    /// Whether help was asked for.
    public var isHelp: Bool { self == .flag(.help) }

    /// 0 for help, 2 for usage; 1 for flags that do not go together, as gliderlabs' has it.
    public var exitStatus: Int32 {
        switch self {
        case .flag(let error): error.exitStatus
        case .noRegistry, .extraArguments: 2
        case .conflict: 1
        }
    }
}
