/// Why an engine did not do what it was asked.
public struct DockerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds that callers act on.
    public enum Kind: Sendable, Equatable {
        /// No connection: the request was not sent.
        case unreachable
        /// The connection ended before the whole answer: the request may have been carried out.
        case lost
        /// No answer in time: the request may have been carried out.
        case late
        /// The engine answered that it will not or cannot; ``DockerError/status`` says which.
        case refused
        /// The answer is none of an engine's.
        case garbled
        /// The address, a file or the request is wrong.
        case invalid
        /// The caller's task was cancelled.
        case cancelled
    }

    /// What kind it is.
    public var kind: Kind
    /// HTTP's status, where the engine answered.
    public var status: Int?
    /// The engine's own words, where it had any.
    public var message: String?
    /// Which engine, what was asked, what went wrong, what would be right.
    public var description: String

    /// An error of `kind`.
    public init(_ kind: Kind, status: Int? = nil, message: String? = nil, _ description: String) {
        self.kind = kind
        self.status = status
        self.message = message
        self.description = description
    }

    /// Whether the same request may succeed a while later.
    ///
    /// A request that changes something may have been carried out all the same, unless it is ``Kind/unreachable``.
    public var isRetryable: Bool {
        switch kind {
        case .unreachable, .lost, .late: true
        case .refused: status == 408 || status == 429 || (status ?? 0) >= 500
        case .garbled, .invalid, .cancelled: false
        }
    }
}
