public import Logging

/// What a command of the swarm needs from the program around it.
public struct SwarmSurroundings: Sendable {
    /// How far a command has come.
    public enum Stage: Sendable, Equatable {
        /// It does its work; the text is for people, and comes anew when it changes.
        case ready(String)
        /// It ends.
        case stopping
    }

    /// The variables that the stores' and the engines' own clients know.
    public var environment: [String: String]
    /// Where lines of the log go.
    public var logger: Logger
    /// Ends the command in order, once; what comes after it cuts that short.
    public var stops: AsyncStream<Void>
    /// Is told how it goes: what systemd shows.
    public var tell: @Sendable (Stage) -> Void

    /// What a command needs.
    public init(
        environment: [String: String], logger: Logger, stops: AsyncStream<Void>,
        tell: @escaping @Sendable (Stage) -> Void = { _ in }
    ) {
        self.environment = environment
        self.logger = logger
        self.stops = stops
        self.tell = tell
    }
}
