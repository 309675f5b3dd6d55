internal import Synchronization

/// How many tries may be made again for a service: so few that an outage does not multiply the load.
///
/// Each request adds a share of a retry, time adds a few more so that a service with little traffic has some, and each retry
/// takes one away. What was not used within ten seconds is gone. So in the steady state there are at most the share of the
/// requests and the few, and a sudden failure finds ten seconds' worth: time for health checks to notice.
///
/// Shared by all workers. Requests are counted by the workers anyway, and looked up only when a retry is asked for, so what
/// never fails pays nothing. Asks no clock: moments are the caller's, monotonic nanoseconds.
public struct RetryBudget: ~Copyable, Sendable {
    /// Nanoseconds after which what was not used is gone; Finagle's time to live.
    public static let window: UInt64 = 10_000_000_000
    /// Nanoseconds between two lookups of the requests' number, which has to be summed over the workers.
    public static let interval: UInt64 = 10_000_000

    /// What the budget grows by.
    @frozen
    public struct Rate: Sendable, Equatable, Codable {
        /// Thousandths of a retry for each request.
        public var share: UInt16
        /// Retries a second, whatever the traffic.
        public var minimum: UInt16

        /// A fifth of the requests, and ten a second: Finagle's, and Envoy's share.
        public init(share: UInt16 = 200, minimum: UInt16 = 10) {
            self.share = share
            self.minimum = minimum
        }
    }

    /// Thousandths of a retry.
    private let thousandths = Atomic<Int64>(0)
    /// When it was filled up last; 0: never.
    private let filledAt = Atomic<UInt64>(0)
    /// The number of requests then.
    private let requestsThen = Atomic<UInt64>(0)

    /// One that was never filled.
    public init() {}

    /// Begins to count, once: `requests` are those that the service's number has seen by `now`.
    public borrowing func begin(now: UInt64, requests: UInt64, rate: Rate) {
        guard filledAt.load(ordering: .relaxed) == 0 else { return }
        requestsThen.store(requests, ordering: .relaxed)
        thousandths.store(Self.filled(0, rate, requests: 0, after: Self.window), ordering: .relaxed)
        filledAt.store(max(1, now), ordering: .releasing)
    }

    /// Whether ``fill(now:requests:rate:)`` is to be called before the next ``take()``.
    public borrowing func isDue(now: UInt64) -> Bool {
        now >= filledAt.load(ordering: .acquiring) &+ Self.interval
    }

    /// Adds what time and requests have brought since the last time.
    public borrowing func fill(now: UInt64, requests: UInt64, rate: Rate) {
        let then = filledAt.load(ordering: .acquiring)
        guard now > then else { return }
        // One worker does it; what another takes meanwhile comes off what there was.
        guard filledAt.compareExchange(expected: then, desired: now, ordering: .acquiringAndReleasing).exchanged
        else { return }
        let before = requestsThen.exchange(requests, ordering: .relaxed)
        let fresh = requests > before ? requests - before : 0
        var old = thousandths.load(ordering: .relaxed)
        while true {
            let filled = Self.filled(old, rate, requests: fresh, after: now - then)
            let outcome = thousandths.weakCompareExchange(expected: old, desired: filled, ordering: .relaxed)
            if outcome.exchanged { return }
            old = outcome.original
        }
    }

    /// Takes one retry; false when there is none left.
    public borrowing func take() -> Bool {
        var old = thousandths.load(ordering: .relaxed)
        while old >= 1_000 {
            let outcome = thousandths.weakCompareExchange(expected: old, desired: old - 1_000, ordering: .relaxed)
            if outcome.exchanged { return true }
            old = outcome.original
        }
        return false
    }

    /// Retries that may be made now.
    public var left: Int { Int(thousandths.load(ordering: .relaxed) / 1_000) }

    /// What `thousandths` become in `elapsed` nanoseconds with `requests`.
    ///
    /// Where the time is longer than the window, its requests are taken to have come evenly: the last window's share counts.
    static func filled(_ thousandths: Int64, _ rate: Rate, requests: UInt64, after elapsed: UInt64) -> Int64 {
        let window = Double(Self.window)
        let part = min(1, Double(elapsed) / window)
        let recent = Double(requests) * (Double(elapsed) > window ? window / Double(elapsed) : 1)
        let grown = recent * Double(rate.share) + part * window / 1_000_000 * Double(rate.minimum)
        return Int64(min(Double(max(0, thousandths)) * (1 - part) + grown, 1e15))
    }
}
