/// How `portico render` ends: consul-template's exit statuses, which scripts and units rely on.
public enum RenderExit: Sendable, Equatable {
    /// `-once` is done, or help, version or a check of the configuration was all that was asked for.
    case done
    /// Something that has no number of its own.
    case failed
    /// The kill signal, SIGINT by default, or SIGTERM.
    case interrupted
    /// A flag that is none, or an argument left over.
    case badFlags
    /// A template, a write or a command failed, or the store was away for too long.
    case runFailed
    /// The configuration cannot be read or says what it should not.
    case badConfiguration
    /// The child of `exec` ended by itself, with its own status.
    case child(Int32)

    /// The exit status.
    public var status: Int32 {
        switch self {
        case .done: 0
        case .failed: 11
        case .interrupted: 12
        case .badFlags: 13
        case .runFailed: 14
        case .badConfiguration: 15
        case .child(let status): status
        }
    }
}
