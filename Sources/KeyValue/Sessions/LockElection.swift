/// Which of several programs does something for all: the one whose session holds the lock.
///
/// - Whoever sees that nobody holds the lock asks for it; the store gives it to one.
/// - Who has had it goes on acting until another is seen to have it: between two holders there is no gap. What must never be
///   done twice is done only by who ``leads``, and only while its session lives for sure (``SessionKeeping/lapse``).
/// - A view of the store that is older than our own lock says that nobody has it; asking once more settles that.
///
/// Pure: time is given, in any monotonic measure.
package struct LockElection: Sendable {
    /// What the store was last seen to say of the lock.
    private enum Sight: Sendable, Equatable {
        case nothing
        case free
        case held(by: String)
    }

    /// Whether this program does what the lock's holder is there for.
    package private(set) var acts = false
    /// Whether it holds the lock, as far as it knows.
    package private(set) var leads = false
    private var sight = Sight.nothing
    private var isAcquiring = false
    private var retryAt: Duration = .zero
    private var failures = 0
    private let refusalPause: Duration

    /// An election of which nothing is known.
    ///
    /// - Parameter refusalPause: a lock that is refused although nobody has it is under a lock delay, the end of which is not
    ///   told: it is asked for again after this.
    package init(refusalPause: Duration = .seconds(1)) { self.refusalPause = refusalPause }

    /// Whether another is known to hold the lock.
    package var follows: Bool {
        if case .held = sight { return !acts }
        return false
    }

    /// The store says who holds the lock; `session` is ours.
    package mutating func sees(holder: String?, session: String?) {
        guard let holder else {
            sight = .free
            return
        }
        sight = .held(by: holder)
        leads = holder == session
        acts = leads
        failures = 0
    }

    /// Whether the lock is to be asked for now, under our session; it is being asked for then.
    package mutating func wantsLock(session: String?, now: Duration) -> Bool {
        guard session != nil, sight == .free, !isAcquiring, retryAt <= now else { return false }
        isAcquiring = true
        return true
    }

    /// When the lock is asked for again.
    package var deadline: Duration? { sight == .free && !isAcquiring ? retryAt : nil }

    /// The store says whether the lock is ours, which was asked for under `session`.
    package mutating func locked(_ isOurs: Bool, session: String, now: Duration) {
        isAcquiring = false
        failures = 0
        if isOurs {
            sight = .held(by: session)
            leads = true
            acts = true
        } else {
            leads = false
            retryAt = now + refusalPause
        }
    }

    /// The store has not answered; what was asked under a session that is over meanwhile puts nothing off.
    package mutating func failed(isCurrent: Bool = true, now: Duration) {
        isAcquiring = false
        guard isCurrent else { return }
        failures = min(failures + 1, 5)
        retryAt = now + .milliseconds(500) * (1 << failures)
    }

    /// Our session is over, and with it what it held.
    package mutating func lostSession() {
        leads = false
        // What was refused to that session need not be to the next.
        failures = 0
        retryAt = .zero
        // Whoever has the lock now is told by the store; until then it may be anybody's.
        if acts { sight = .free }
    }
}
