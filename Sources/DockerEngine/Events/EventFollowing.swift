/// How an engine's events are followed over the ends of connections and engines: rules, without a socket or a clock.
///
/// - A stream begins anew a little before the time of the last event that came, because engines put events in order only
///   nearly, and because `since` means "from then on"; what came before is recognised by time, actor and action, and
///   dropped.
/// - Without a last event, it begins at the engine's own time of the connection: an engine begins to listen to itself a
///   moment after it has answered, and what happens in that moment is remembered by it.
/// - Every beginning is told, so that the reader lists anew: engines remember 256 events, and none over a restart.
/// - A stream that cannot be read is not asked for the same events again, which would be no better the second time.
/// - After an end, the first attempt is made at once, the next after a pause that doubles. It is short again only after a
///   stream has brought something or stood for a while; an engine that ends every stream at once is not asked in a loop.
/// - An outage is told when the first attempt has failed, once as long as the words are the same.
struct EventFollowing {
    /// What a reader is told.
    typealias Message = EventFollower.Message

    /// What to do.
    struct Step: Equatable {
        /// What to tell, if anything.
        var message: Message?
        /// The time until the next attempt.
        var pause: Duration
    }

    /// What an event is recognised by.
    private struct Identity: Hashable {
        var timeNano: Int64
        var actorID: String
        var action: String
    }

    /// How far back a stream begins before the last event, in nanoseconds: much more than two events are out of order by.
    static let overlap: Int64 = 1_000_000_000
    /// How many events are recognised: more than engines remember (256).
    static let recognisedMax = 1024

    private let limits: EngineLimits
    private var last: Int64?
    private var recent: [Identity] = []
    private var recognised: Set<Identity> = []
    private var isFirst = true
    private var failures = 0
    private var reported: DockerError?

    /// The beginning.
    init(limits: EngineLimits) {
        self.limits = limits
    }

    /// From when on to ask for events, in nanoseconds since 1970; nil: from the engine's own time of now.
    var since: Int64? { last.map { max(0, $0.subtractingReportingOverflow(Self.overlap).partialValue) } }

    /// Takes the beginning of a stream.
    mutating func connected() -> Message {
        defer { isFirst = false }
        reported = nil
        return isFirst ? .connected : .reconnected
    }

    /// Takes an event.
    ///
    /// - Returns: whether it is new.
    mutating func received(_ event: EngineEvent) -> Bool {
        let identity = Identity(timeNano: event.timeNano, actorID: event.actorID, action: event.action)
        guard recognised.insert(identity).inserted else { return false }
        settled()
        last = event.timeNano
        recent.append(identity)
        // Half of them at a time, so that each is moved once.
        if recent.count > Self.recognisedMax * 2 {
            for old in recent.prefix(Self.recognisedMax) { recognised.remove(old) }
            recent.removeFirst(Self.recognisedMax)
        }
        return true
    }

    /// Takes that a stream has stood for a while.
    mutating func settled() {
        failures = 0
    }

    /// Takes an end, or a beginning that failed.
    ///
    /// - Parameters:
    ///   - jitter: a random number from 0 to 1, so that many readers do not come back at the same moment.
    mutating func failed(_ error: DockerError, jitter: Double) -> Step {
        failures += 1
        if error.kind == .garbled { last = nil }
        var pause = limits.retry
        for _ in 0..<min(max(failures - 2, 0), 16) where pause < limits.retryMax { pause *= 2 }
        pause = failures == 1 ? .zero : min(pause, limits.retryMax) * (0.5 + 0.5 * jitter)
        let isQuiet = failures == 1 && error.kind == .lost
        guard !isQuiet, reported != error else { return Step(message: nil, pause: pause) }
        reported = error
        return Step(message: .unavailable(error), pause: pause)
    }
}
