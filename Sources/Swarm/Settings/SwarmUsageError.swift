/// Why a command of the swarm cannot begin, in classic Docker Swarm's words where it had some.
public struct SwarmUsageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The whole text.
    public let description: String
    /// Nothing was wrong: help was asked for, and this is it.
    public let isHelp: Bool

    /// What the program ends with: 0 for help, 2 for a wrong use, 1 for what is no fault of the arguments.
    public let exitStatus: Int32

    /// An error of these words.
    public init(_ description: String, isHelp: Bool = false, exitStatus: Int32? = nil) {
        self.description = description
        self.isHelp = isHelp
        self.exitStatus = exitStatus ?? (isHelp ? 0 : 2)
    }
}
