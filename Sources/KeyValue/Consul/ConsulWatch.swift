/// What a watch of one prefix does next: Consul's rules for blocking queries, without a socket or a clock.
///
/// Each round asks ``query`` and hands in the answer or the failure; the step says what to tell and how long to pause
/// (counted from the round's beginning for an answer, from its end for a failure).
///
/// - The index of an answer is what the next query waits beyond; none or 0 counts as 1.
/// - An index that went backwards (a wiped or restored store, or a server that lags) starts again from 0, so that the
///   next query does not wait for an index that may be far away. If any server may answer, the leader is asked before
///   it is believed.
/// - An answer that brings the same entries (the wait ran out, or something else changed) is not told.
/// - An answer of a server that lost its leader, or lags beyond the limit, is not believed: the leader is asked.
/// - After a failure the next query does not block: whatever is there now is what counts, and a store that came back
///   empty would let a query with the old index wait for ever.
/// - A connection that ends is first tried again at once; what fails then is told, once as long as the words are the same.
///   What differs when the first try succeeds comes after an outage all the same: a server that was restarted in that
///   moment may have lost everything, and its index may have come as far as the old one.
struct ConsulWatch {
    /// What to ask.
    struct Query: Equatable {
        /// The index to wait beyond; 0: answer at once.
        var index: UInt64
        /// Whether any server may answer.
        var isStale: Bool
    }

    /// What came back.
    struct Answer {
        /// `X-Consul-Index`.
        var index: UInt64?
        /// Whether the server knows its leader.
        var isLeaderKnown = true
        /// How long the server has not heard of it.
        var lastContact = Duration.zero
        /// What is under the prefix.
        var entries: [KeyValueEntry]
    }

    /// What to do.
    struct Step {
        /// What to tell, if anything.
        var event: KeyValueWatchEvent?
        /// The least time until the next query.
        var pause: Duration
    }

    /// What to ask next.
    private(set) var query: Query
    private let allowsStale: Bool
    private let limits: ConsulLimits
    private var lastIndex: UInt64 = 0
    private var lastEntries: [KeyValueEntry]?
    private var isRegressed = false
    private var failures = 0
    private var reported: KeyValueError?
    private var quietRounds = 0

    /// The beginning: what is there now.
    init(allowsStale: Bool, limits: ConsulLimits) {
        self.allowsStale = allowsStale
        self.limits = limits
        query = Query(index: 0, isStale: allowsStale)
    }

    /// Takes an answer.
    mutating func received(_ answer: Answer) -> Step {
        let index = max(answer.index ?? 1, 1)
        let isBackwards = index < lastIndex
        if query.isStale && (isBackwards || !answer.isLeaderKnown || answer.lastContact > limits.staleMax) {
            query = Query(index: isBackwards ? 0 : query.index, isStale: false)
            return Step(event: nil, pause: limits.pause)
        }
        let wasAway = reported != nil || failures > 0
        failures = 0
        isRegressed = isRegressed || isBackwards
        lastIndex = index
        query = Query(index: isBackwards ? 0 : index, isStale: allowsStale)
        guard reported != nil || lastEntries != answer.entries else {
            isRegressed = false
            return Step(event: nil, pause: quietPause(hasIndex: (answer.index ?? 0) > 0))
        }
        let event = KeyValueWatchEvent.listing(
            KeyValueListing(entries: answer.entries, index: index), isRegressed: isRegressed,
            isFirstAfterOutage: wasAway)
        lastEntries = answer.entries
        isRegressed = false
        reported = nil
        quietRounds = 0
        return Step(event: event, pause: limits.pause)
    }

    /// Takes a failure.
    ///
    /// - Parameters:
    ///   - isConnectionLost: whether nothing but a connection ended.
    ///   - jitter: a random number from 0 to 1, so that many gateways do not come back at the same moment.
    mutating func failed(_ error: KeyValueError, isConnectionLost: Bool, jitter: Double) -> Step {
        failures += 1
        query = Query(index: 0, isStale: allowsStale)
        var pause = limits.retry * (failures == 1 ? 0.2 : 1)
        for _ in 0..<min(max(failures - 2, 0), 16) where pause < limits.retryMax { pause *= 2 }
        pause = min(pause, limits.retryMax) * (0.5 + 0.5 * jitter)
        if failures == 1 && isConnectionLost || reported == error { return Step(event: nil, pause: pause) }
        reported = error
        return Step(event: .unavailable(error), pause: pause)
    }

    /// Grows while answers say nothing new; if they come because a wait ran out, it has long passed.
    private mutating func quietPause(hasIndex: Bool) -> Duration {
        quietRounds = min(quietRounds + 1, 10)
        let pause = limits.pause * (1 << quietRounds)
        return min(pause, hasIndex ? limits.idlePauseMax : limits.indexlessPauseMax)
    }
}
