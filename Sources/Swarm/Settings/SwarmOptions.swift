internal import GoFlags
public import Logging

/// What `portico swarm` is told before the command.
public struct SwarmOptions: Sendable, Equatable {
    /// `--debug`.
    var isDebug = false
    /// `--log-level`.
    var logLevel = "info"
    /// `--experimental`, of old: nothing depends on it.
    var isExperimental = false
    /// `--version`.
    var showsVersion = false
    /// The log's level, as `--log-level` says it, or else `--debug`.
    public private(set) var level = Logger.Level.info

    init() {}

    /// The flags, classic Docker Swarm's.
    static var flags: FlagSet<SwarmOptions> {
        var flags = FlagSet(name: "portico swarm", defaults: SwarmOptions())
        flags.boolean("debug", \.isDebug, "log what is for developers too [$DEBUG]")
        flags.string("log-level", \.logLevel, "debug, info, warn, error, fatal or panic")
        flags.alias("l", of: "log-level")
        flags.boolean("experimental", \.isExperimental, "of old; nothing depends on it")
        flags.boolean("version", \.showsVersion, "print the version")
        flags.alias("v", of: "version")
        return flags
    }

    /// Settles the log's level.
    mutating func settle(isLevelGiven: Bool, environment: [String: String]) throws(SwarmUsageError) {
        if let text = environment["DEBUG"], !text.isEmpty, let value = Bool(goText: text), value { isDebug = true }
        let levels: [String: Logger.Level] = [
            "debug": .debug, "info": .info, "warn": .warning, "warning": .warning, "error": .error,
            "fatal": .critical, "panic": .critical,
        ]
        guard let level = levels[logLevel.lowercased()] else {
            throw SwarmUsageError("not a valid log level: \"\(logLevel)\": debug, info, warn, error, fatal or panic")
        }
        self.level = isDebug && !isLevelGiven ? .debug : level
    }
}
