/// What a parser made of the bytes so far.
@frozen
public enum HeadOutcome: Sendable, Equatable {
    /// The head is complete and holds.
    case complete
    /// More bytes are needed; parse again from the beginning when they are there.
    case incomplete
    /// The head is refused; nothing of it may be forwarded.
    case rejected(HeadRejection)
}
