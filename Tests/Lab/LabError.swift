import Glibc

/// Something that a test needs did not come about: a program is missing, a wait ran out, a peer broke off.
public struct LabError: Error, CustomStringConvertible, Equatable {
    /// What, where, and what would help.
    public let description: String

    /// Whether the peer has broken the connection off.
    public var isReset: Bool {
        [ECONNRESET, EPIPE].contains { self.description.hasSuffix(Socket.reason($0)) }
    }

    /// An error that says `description`.
    public init(_ description: String) {
        self.description = description
    }
}
