/// Where the log goes, and what of it.
public struct LogSettings: Sendable, Equatable {
    /// From which weight on.
    public var level = LogLevel.warn
    /// A file, nil for none.
    public var file: LogFileSettings?
    /// The system's log, nil for none.
    public var syslog: SyslogSettings?

    /// The defaults.
    public init() {}
}
