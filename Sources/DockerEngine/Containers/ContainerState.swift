/// What a container is doing.
public struct ContainerState: Sendable, Equatable {
    /// What its health check says.
    public enum Health: String, Sendable {
        /// It has no check.
        case none
        /// The check has not yet passed, and may still.
        case starting
        /// The last check passed.
        case healthy
        /// As many checks failed in a row as it may fail.
        case unhealthy
    }

    /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
    public var status: String
    /// Its process is there; a paused one is running too.
    public var isRunning: Bool
    /// Its processes are frozen.
    public var isPaused: Bool
    /// What its last process ended with.
    public var exitCode: Int
    /// What its health check says.
    public var health: Health

    /// A state.
    public init(
        status: String = "running", isRunning: Bool = true, isPaused: Bool = false, exitCode: Int = 0,
        health: Health = .none
    ) {
        self.status = status
        self.isRunning = isRunning
        self.isPaused = isPaused
        self.exitCode = exitCode
        self.health = health
    }
}
