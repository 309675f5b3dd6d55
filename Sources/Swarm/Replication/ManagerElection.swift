internal import KeyValue
internal import Logging

/// Which of several managers is the primary: the one whose session holds the lock.
///
/// Who is the primary serves all requests; who is not sends them on to who is. A primary that no longer hears of the store
/// goes on serving until it sees another in its place, but decides nothing more: where a container is placed, or what is
/// moved, has ``isConfirmed(now:)`` before it. Times are chosen so that no two managers decide at once:
///
/// - A session that was renewed lives for its TTL at least, counted from when the renewal was sent (``SessionKeeping/lapse``).
///   Nothing is decided in the last ``margin`` of it.
/// - A session may end before: by an operator, by Consul's own checks of its node, with a store that is restored. So the
///   lock is looked at again if that was not done for ``trust``; and the lock delay, for which Consul gives the lock of a session that
///   ended to nobody, is just as long. A lock that is released, by a manager that ends, is free at once.
///
/// Without a clock or a store: events in, actions out, time is given in any monotonic measure.
struct ManagerElection: Sendable {
    /// Something that happened.
    enum Event: Sendable {
        case sessionMade(String, timeToLive: Duration)
        case sessionRenewed(Bool)
        case sessionFailed(KeyValueError)
        /// The store shows the lock: whose session holds it, and the address in it.
        case seen(holder: String?, address: String)
        /// The store shows nothing.
        case away(KeyValueError)
        case locked(Bool, session: String)
        case lockFailed(KeyValueError, session: String)
        /// Time has passed.
        case time
    }

    /// What is to be done.
    enum Action: Sendable, Equatable {
        case makeSession
        case renewSession(String)
        /// Ask for the lock under this session.
        case acquire(session: String)
        /// Release the lock of this session, which a predecessor of this process left.
        case succeed(session: String)
        case log(Logger.Level, String)
    }

    /// How long the lock, once confirmed, is not looked at again; and Consul's lock delay.
    static let trust = Duration.milliseconds(500)
    /// What of a session's life is not counted on: a decision takes time to be carried out.
    static let margin = Duration.seconds(1)
    /// How often a lock under a lock delay is asked for.
    private static let refusalPause = Duration.milliseconds(200)

    /// Where this manager is.
    let address: NodeAddress
    private(set) var session: SessionKeeping
    private var election = LockElection(refusalPause: refusalPause)
    private var primary: NodeAddress?
    private var confirmedAt: Duration?
    private var lockAskedAt = Duration.zero
    private var hasSeen = false
    private var isTroubled = false
    private var told: ClusterReport.Role?
    private var hasToldTwin = false
    private var actions: [Action] = []

    /// - Parameter timeToLive: of the session; the store may grant a longer one.
    init(address: NodeAddress, timeToLive: Duration) {
        self.address = address
        session = SessionKeeping(timeToLive: timeToLive, longestPause: .seconds(2))
    }

    /// What this manager is.
    var role: ClusterReport.Role {
        election.acts ? .primary : .replica(of: primary.map(\.description))
    }

    /// Whether it is certain, without asking the store, that nobody else is the primary.
    func isConfirmed(now: Duration) -> Bool {
        guard election.leads, let confirmedAt, let lapse = session.lapse else { return false }
        return now < confirmedAt + Self.trust && now < lapse - Self.margin
    }

    /// The session under which this manager holds the lock, as far as it knows; nil if it does not.
    var leadingSession: String? { election.leads ? session.id : nil }

    /// When something is to be done if nothing happens before.
    var nextDeadline: Duration? {
        let lock = session.id == nil ? nil : election.deadline
        return [session.deadline, lock].compactMap { $0 }.min()
    }

    // MARK: What has happened

    /// Takes an event in; returns what is to be done.
    mutating func handle(_ event: Event, now: Duration) -> [Action] {
        actions = []
        switch event {
        case .sessionMade(let id, let timeToLive):
            session.made(id, timeToLive: timeToLive, now: now)
            endTrouble()
        case .sessionRenewed(let isThere):
            let askedAt = session.askedAt
            session.renewed(isThere, now: now)
            endTrouble()
            if isThere {
                if election.leads { confirm(since: askedAt) }
            } else {
                log(.warning, "replication: this manager's session is over: it makes another one")
                election.lostSession()
            }
        case .sessionFailed(let error):
            failed(error, now)
        case .seen(let holder, let address): saw(holder, address, now)
        case .away(let error): trouble(error)
        case .locked(let isOurs, let under):
            let isLocked = isOurs && under == session.id
            election.locked(isLocked, session: under, now: now)
            if isLocked { confirm(since: lockAskedAt) }
        case .lockFailed(let error, let under):
            election.failed(isCurrent: under == session.id, now: now)
            // Consul calls a session that is over invalid.
            if under == session.id { session.isDoubted(now: now) }
            log(.debug, "replication: \(error)")
        case .time: break
        }
        step(now)
        return actions
    }

    /// The lock was looked at, and the store, asked at `since`, says that it is ours.
    mutating func confirm(since: Duration) {
        confirmedAt = max(confirmedAt ?? since, since)
    }

    private mutating func saw(_ holder: String?, _ text: String, _ now: Duration) {
        // It may have forgotten the session, or be there again long before the next attempt.
        if endTrouble() { session.isDoubted(now: now) }
        election.sees(holder: holder, session: session.id)
        primary = holder == nil ? nil : NodeAddress(text)
        defer { hasSeen = true }
        guard let holder, holder != session.id, primary == address else { return }
        // Nobody is sent to oneself.
        primary = nil
        if !hasSeen {
            log(.notice, "replication: the lock is one that this manager held before it was started anew")
            actions.append(.succeed(session: holder))
        } else if !hasToldTwin {
            hasToldTwin = true
            log(.error, "replication: another manager has the address \(address) too: give each its own --advertise")
        }
    }

    private mutating func failed(_ error: KeyValueError, _ now: Duration) {
        switch error.kind {
        // A store that refuses sessions may be given a better token.
        case .denied, .invalid, .unsupported: session.failed(now: now, pause: .seconds(10))
        case .unavailable, .garbled: session.failed(now: now)
        }
        trouble(error)
    }

    private mutating func trouble(_ error: KeyValueError) {
        log(isTroubled ? .debug : .warning, "replication: \(error)")
        isTroubled = true
    }

    @discardableResult
    private mutating func endTrouble() -> Bool {
        guard isTroubled else { return false }
        isTroubled = false
        log(.notice, "replication: the store answers again")
        return true
    }

    // MARK: What follows

    private mutating func step(_ now: Duration) {
        switch session.step(now: now) {
        case .make?: actions.append(.makeSession)
        case .renew(let id)?: actions.append(.renewSession(id))
        case nil: break
        }
        if election.wantsLock(session: session.id, now: now), let id = session.id {
            lockAskedAt = now
            actions.append(.acquire(session: id))
        }
        guard role != told else { return }
        told = role
        switch role {
        case .primary: log(.notice, "replication: this manager is the primary")
        case .replica(.some(let address)): log(.notice, "replication: \(address) is the primary")
        case .replica(nil): log(.notice, "replication: no manager is known to be the primary")
        }
    }

    private mutating func log(_ level: Logger.Level, _ text: String) { actions.append(.log(level, text)) }
}
