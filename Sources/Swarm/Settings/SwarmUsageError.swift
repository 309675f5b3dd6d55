/// Why a command of the swarm cannot begin, in classic Docker Swarm's words where it had some.
public struct SwarmUsageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The whole text.
    public let description: String
    /// Nothing was wrong: help was asked for, and this is it.
    public let isHelp: Bool

    /// An error of these words.
    public init(_ description: String, isHelp: Bool = false) {
        self.description = description
        self.isHelp = isHelp
    }

    /// 0 for help, 2 for a wrong use.
    public var exitStatus: Int32 { isHelp ? 0 : 2 }
}
