public import Logging
internal import Synchronization

/// The level of a process's log, which may be changed while it runs.
public final class LogLevelSwitch: Sendable {
    private let current: Mutex<Logger.Level>

    /// At `level`.
    public init(_ level: Logger.Level) {
        current = Mutex(level)
    }

    /// The least level that is logged.
    public var level: Logger.Level {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// A logger that goes by the switch and writes where `handler` does.
    public func logger(label: String, to handler: any LogHandler) -> Logger {
        Logger(label: label) { [self] _ in SwitchedLogHandler(base: handler, levels: self) }
    }
}

/// Logs what both the switch and its own level let through: a part of the program may be quieter than the rest, not louder.
private struct SwitchedLogHandler: LogHandler {
    private var base: any LogHandler
    private let levels: LogLevelSwitch
    private var own = Logger.Level.trace

    init(base: any LogHandler, levels: LogLevelSwitch) {
        self.base = base
        self.levels = levels
        self.base.logLevel = .trace
    }

    var logLevel: Logger.Level {
        get { max(own, levels.level) }
        set { own = newValue }
    }

    var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        base.log(event: event)
    }
}
