/// What of a store's answers is not believed at once, for a leader that changes or an agent that restarts has none.
public struct AnswerGuard: Sendable, Equatable {
    /// Whether answers are looked at.
    public var isEnabled = true
    /// Whether an answer that is empty, where there was something, is held.
    public var holdsEmpty = true
    /// The share, from 0 to 1, of which more may not go at once.
    public var maximumDrop = 0.5
    /// With fewer entries than this, ``maximumDrop`` does not count: half of two is one.
    public var minimumEntries = 20
    /// How long such an answer is held; if it is still so, it is believed.
    public var hold = Duration.seconds(30)

    /// The defaults.
    public init() {}
}
