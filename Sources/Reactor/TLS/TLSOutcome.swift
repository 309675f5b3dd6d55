/// What a call into a TLS session came to.
@frozen
public enum TLSOutcome: Sendable, Equatable {
    /// It succeeded, with so many octets.
    case bytes(Int)
    /// More of the peer's records are needed.
    case wantsInput
    /// The peer has said that nothing follows (close_notify).
    case closed
    /// The session cannot go on; an alert for the peer may wait in ``TLSPort/outgoing``.
    case failed
}
