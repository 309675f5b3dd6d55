/// How an HAProxy is made to take up its configuration file anew.
public enum HAProxyReload: Sendable {
    /// SIGUSR2 to the master (`-W`), whose number is in this file (`-p`).
    case signal(pidFile: String)
    /// `reload` on the master's socket (`-S`).
    case masterSocket
    /// A command of the operator's: it is given what a new process has to be started with (`-x SOCKET -sf PID`, so that it
    /// takes the listening sockets over and tells the old one to finish), and returns once that is under way.
    ///
    /// A command that reloads in some other way need not look at that.
    case command(@Sendable (_ arguments: [String]) async throws -> Void)

    /// What a reload came to.
    public struct Report: Sendable, Equatable {
        /// The process that serves now.
        public var pid: Int32
        /// Workers of earlier configurations that still have connections: those of the master's list; without a master's
        /// socket, those that this object has replaced.
        public var oldWorkers: Int
        /// How many of them were told to end at once, because there were too many.
        public var endedWorkers: Int
    }
}
