/// Which of several renderers asks the store for a template: the one whose session holds the lock.
///
/// - Whoever sees that nobody holds the lock asks for it; the store gives it to one.
/// - Who has had it keeps asking the store until another is seen to have it: between two holders there is no gap.
/// - A view of the store that is older than our own lock says that nobody has it; asking once more settles that.
///
/// Pure: time is given, in any monotonic measure.
struct DedupElection: Sendable {
    /// What the store was last seen to say of the lock.
    private enum Sight: Sendable, Equatable {
        case nothing
        case free
        case held(by: String)
    }

    /// Whether this renderer asks the store for the template.
    private(set) var asks = false
    /// Whether it holds the lock, as far as it knows.
    private(set) var leads = false
    private var sight = Sight.nothing
    private var isAcquiring = false
    private var retryAt: Duration = .zero
    private var failures = 0

    /// A lock that is refused although nobody has it is under a lock delay; its end is not told.
    private static let refusalPause = Duration.seconds(1)

    /// Whether another is known to hold the lock.
    var follows: Bool {
        if case .held = sight { return !asks }
        return false
    }

    /// The store says who holds the lock; `session` is ours.
    mutating func sees(holder: String?, session: String?) {
        guard let holder else {
            sight = .free
            return
        }
        sight = .held(by: holder)
        leads = holder == session
        asks = leads
        failures = 0
    }

    /// Whether the lock is to be asked for now, under our session; it is being asked for then.
    mutating func wantsLock(session: String?, now: Duration) -> Bool {
        guard session != nil, sight == .free, !isAcquiring, retryAt <= now else { return false }
        isAcquiring = true
        return true
    }

    /// When the lock is asked for again.
    var deadline: Duration? { sight == .free && !isAcquiring ? retryAt : nil }

    /// The store says whether the lock is ours, which was asked for under `session`.
    mutating func locked(_ isOurs: Bool, session: String, now: Duration) {
        isAcquiring = false
        failures = 0
        if isOurs {
            sight = .held(by: session)
            leads = true
            asks = true
        } else {
            leads = false
            retryAt = now + Self.refusalPause
        }
    }

    /// The store has not answered.
    mutating func failed(now: Duration) {
        isAcquiring = false
        failures = min(failures + 1, 5)
        retryAt = now + .milliseconds(500) * (1 << failures)
    }

    /// Our session is over, and with it what it held.
    mutating func lostSession() {
        leads = false
        // Whoever has the lock now is told by the store; until then it may be anybody's.
        if asks { sight = .free }
    }
}
