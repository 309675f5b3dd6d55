/// What an error does to the process: one of a check, a write, a command or a reload.
public enum ErrorConduct: String, Sendable, CaseIterable {
    /// It is logged and shown, the old file stays, and it is tried again, later and later. With `-once` it ends the process.
    case keep
    /// It ends the process, with status 14, as in consul-template.
    case stop
}
