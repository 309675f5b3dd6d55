internal import FoundationEssentials

/// The two clocks of the control plane, so that tests have time in their hands.
public struct ControlClock: Sendable {
    /// Monotonic time since some fixed point.
    public var now: @Sendable () -> Duration
    /// Waits until `now` has passed a time.
    public var sleep: @Sendable (_ until: Duration) async throws -> Void
    /// Seconds since 1970, for people.
    public var wallSeconds: @Sendable () -> Int64

    /// Clocks of the caller's own.
    public init(
        now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (_ until: Duration) async throws -> Void,
        wallSeconds: @escaping @Sendable () -> Int64
    ) {
        self.now = now
        self.sleep = sleep
        self.wallSeconds = wallSeconds
    }

    /// The machine's clocks.
    public static let system: ControlClock = {
        let start = ContinuousClock.now
        return ControlClock(
            now: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(until: start + $0, clock: .continuous) },
            wallSeconds: { Int64(Date().timeIntervalSince1970) })
    }()
}
