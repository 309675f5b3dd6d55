internal import Glibc
public import Logging

/// The log of a run: standard error, and a file and the system's log if they are wished.
public struct RenderLog: Sendable {
    private let settings: LogSettings

    /// A log as `settings` say.
    public init(_ settings: LogSettings) {
        self.settings = settings
    }

    /// A logger that writes there.
    ///
    /// Throws what is wrong with the file.
    public func logger(label: String) throws(RunFailure) -> Logger {
        var handlers: [any LogHandler] = [StreamLogHandler.standardError(label: label)]
        if let file = settings.file {
            do throws(FileFailure) {
                let log = try LogFile(file)
                handlers.append(LineLogHandler { log.write($0) })
            } catch {
                throw RunFailure(.failed, "log_file: \(error)")
            }
        }
        if let syslog = settings.syslog {
            let system = SystemLog(syslog)
            handlers.append(LineLogHandler(isPlain: true) { system.write($0, $1) })
        }
        let all = handlers
        var logger = Logger(label: label) { _ in all.count == 1 ? all[0] : MultiplexLogHandler(all) }
        logger.logLevel = settings.level.loggerLevel
        return logger
    }
}

/// Hands each line on.
struct LineLogHandler: LogHandler {
    private let take: @Sendable (_ line: String, _ level: Logger.Level) -> Void
    private let isPlain: Bool
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.info

    /// - Parameter isPlain: without time and level, which the taker has by itself.
    init(isPlain: Bool = false, _ take: @escaping @Sendable (_ line: String, _ level: Logger.Level) -> Void) {
        self.take = take
        self.isPlain = isPlain
    }

    init(_ take: @escaping @Sendable (_ line: String) -> Void) {
        self.init { line, _ in take(line) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let more = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let text = "\(event.message)\(more)"
        take(isPlain ? text : "\(Self.time()) [\(event.level.rawValue.uppercased())] \(text)", event.level)
    }

    /// Now, as RFC 3339 has it, in UTC.
    private static func time() -> String {
        var seconds = Glibc.time(nil)
        var parts = unsafe tm()
        // Safety: both are on the stack for the length of the call.
        _ = unsafe gmtime_r(&seconds, &parts)
        func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let (date, clock) = unsafe (
            "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))",
            "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        )
        return "\(date)T\(clock)Z"
    }
}
