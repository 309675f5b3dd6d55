/// The system's log.
public struct SyslogSettings: Sendable, Equatable {
    /// The facilities that syslog(3) knows.
    public static let facilities = [
        "KERN", "USER", "MAIL", "DAEMON", "AUTH", "SYSLOG", "LPR", "NEWS", "UUCP", "CRON", "AUTHPRIV", "FTP",
        "LOCAL0", "LOCAL1", "LOCAL2", "LOCAL3", "LOCAL4", "LOCAL5", "LOCAL6", "LOCAL7",
    ]

    /// One of ``facilities``.
    public var facility = "LOCAL0"
    /// What its lines begin with.
    public var name = "consul-template"

    /// The defaults.
    public init() {}
}
