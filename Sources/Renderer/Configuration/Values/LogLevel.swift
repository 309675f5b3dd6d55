/// From which weight on something is logged.
public enum LogLevel: String, Sendable, CaseIterable {
    /// Everything.
    case trace
    /// What helps to find a fault.
    case debug
    /// What goes as it should, and is worth knowing.
    case info
    /// What may be wrong.
    case warn
    /// What is wrong.
    case err

    /// The level called `text`, in either case; `warning` and `error` too.
    public init?(_ text: String) {
        let name = text.lowercased()
        self.init(rawValue: ["warning": "warn", "error": "err"][name] ?? name)
    }
}
