internal import Control
internal import Gateway

/// How long tables took to come into force.
struct TableTimes: Sendable {
    /// From the store's word to the table in force.
    private(set) var updates = DurationHistogram()
    /// How much of that was compilation.
    private(set) var compilations = DurationHistogram()

    /// A table came into force.
    mutating func add(_ installation: Installation) {
        updates.add(nanoseconds: Self.nanoseconds(installation.latency))
        compilations.add(nanoseconds: Self.nanoseconds(installation.compilation))
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        return UInt64(max(0, seconds)) &* 1_000_000_000 &+ UInt64(max(0, attoseconds) / 1_000_000_000)
    }
}
