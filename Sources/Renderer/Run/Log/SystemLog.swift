internal import CLinux
internal import Logging

/// The system's log, by syslog(3).
struct SystemLog: Sendable {
    private let name: String
    private let facility: Int32

    init(_ settings: SyslogSettings) {
        name = settings.name
        // Numbers of RFC 5424; those between FTP and LOCAL0 have no name here.
        let index = SyslogSettings.facilities.firstIndex(of: settings.facility) ?? 1
        facility = Int32(index < 12 ? index : index + 4)
    }

    /// Writes a line.
    func write(_ line: String, _ level: Logger.Level) {
        let severity: Int32 =
            switch level {
            case .critical: 2
            case .error: 3
            case .warning: 4
            case .notice: 5
            case .info: 6
            case .debug, .trace: 7
            }
        // Safety: both texts outlive the call.
        unsafe portico_syslog(name, facility << 3 | severity, line)
    }
}
