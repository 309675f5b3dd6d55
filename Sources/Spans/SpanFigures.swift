/// How the export of spans goes.
public struct SpanFigures: Sendable, Equatable {
    /// Spans that the collector has taken.
    public var exported: UInt64 = 0
    /// Spans that were dropped: it did not take them, or not in time; each request of which nothing is known as one.
    public var dropped: UInt64 = 0
    /// Why the last batch was not taken; nil: it was.
    public var failure: String?
    /// Since when none has been taken.
    public var failingSince: ContinuousClock.Instant?

    /// Nothing yet.
    public init() {}

    init(exported: UInt64, dropped: UInt64) {
        self.exported = exported
        self.dropped = dropped
    }
}
