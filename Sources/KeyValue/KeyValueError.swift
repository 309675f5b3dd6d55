/// Why a store did not do what it was asked.
public struct KeyValueError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds that callers act on.
    public enum Kind: Sendable, Equatable {
        /// Not reachable, timed out, or answering with server errors: worth trying again.
        case unavailable
        /// The token may not do this.
        case denied
        /// The request or the store's address is wrong; trying again is no use.
        case invalid
        /// The store answered with something that is no answer.
        case garbled
        /// This store cannot do it (a file has no sessions).
        case unsupported
    }

    /// What kind it is.
    public var kind: Kind
    /// Which store, what was asked, what it said, what would be right.
    public var description: String

    /// An error of `kind`.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
