/// What a watch of one prefix does next: etcd's rules for watches, without a socket or a clock.
///
/// It begins with a listing, and follows the changes from the revision after it. A change is applied to what was listed, so
/// that each event is the whole state.
///
/// - After a failure of any kind, and when changes that were not told yet were compacted, it lists anew: whatever is there
///   now is what counts. Nothing is lost by that, for no event is more than the newest state.
/// - A listing of another cluster, or of a lower revision (a store that was wiped, or restored from a copy), is regressed. A
///   watch that begins at one only has a listing made, which decides: a member may lag.
/// - A listing that brings the same entries is not told.
/// - A stream that ends is first begun again at once; what fails then is told, once as long as the words are the same. What
///   differs when the first try succeeds comes after an outage all the same: a server that was restarted in that moment may
///   have lost everything, and its revision may have come as far as the old one.
struct EtcdWatch: Sendable {
    /// What to ask.
    enum Query: Equatable {
        /// What is there now.
        case list
        /// What changes from this revision on.
        case follow(from: Int64)
    }

    /// What a message means for its stream.
    enum Verdict: Equatable {
        /// It goes on.
        case goesOn
        /// It is over, and what is next is a listing.
        case isOver
        /// It has ended for a reason in etcd's words.
        case failed(String)
    }

    /// What to do.
    struct Step {
        /// What to tell, if anything.
        var event: KeyValueWatchEvent?
        /// The least time until the next query.
        var pause: Duration
    }

    /// What to ask next.
    private(set) var query = Query.list
    private let space: EtcdKeySpace
    private let limits: EtcdLimits
    private var tree: EtcdTree
    private var cluster: UInt64?
    private var revision: Int64 = 0
    private var lastEntries: [KeyValueEntry]?
    private var hasChanged = false
    private var isInFragment = false
    private var failures = 0
    private var strikes = 0
    private var reported: KeyValueError?

    /// The beginning: what is there now.
    init(in space: EtcdKeySpace, limits: EtcdLimits) {
        self.space = space
        self.limits = limits
        tree = EtcdTree(in: space)
    }

    /// Takes a listing.
    mutating func listed(_ snapshot: EtcdSnapshot) -> Step {
        let wasAway = reported != nil || failures > 0
        let isRegressed =
            revision > snapshot.header.revision || cluster.map { $0 != snapshot.header.clusterID } ?? false
        failures = 0
        cluster = snapshot.header.clusterID
        revision = snapshot.header.revision
        tree = EtcdTree(snapshot.entries, in: space)
        hasChanged = false
        isInFragment = false
        query = .follow(from: revision + 1)
        guard reported != nil || lastEntries != tree.entries else { return Step(event: nil, pause: .zero) }
        reported = nil
        lastEntries = tree.entries
        return Step(
            event: .listing(
                KeyValueListing(entries: tree.entries, index: UInt64(revision)), isRegressed: isRegressed,
                isFirstAfterOutage: wasAway),
            pause: .zero)
    }

    /// Takes a message of the stream; what it changed is told by ``change()``.
    mutating func heard(_ message: EtcdWatchMessage) -> Verdict {
        if message.isCancelled {
            if message.compactRevision > 0 { return listAnew() }
            return .failed(message.reason ?? "the watch was cancelled without a reason")
        }
        guard let header = message.header, header.clusterID == cluster else { return listAnew() }
        if message.isCreated { return header.revision < revision ? listAnew() : .goesOn }
        // No changes: all up to this revision were told.
        if message.events.isEmpty && !isInFragment { revision = max(revision, header.revision) }
        for event in message.events {
            let changed = Int64(clamping: event.entry.modRevision)
            // A fragment may go on in the middle of a revision.
            guard changed >= revision else { continue }
            revision = changed
            if tree.take(event) { hasChanged = true }
        }
        isInFragment = message.isFragment
        return .goesOn
    }

    /// What has changed since the last event: the whole state, if anything.
    mutating func change() -> KeyValueWatchEvent? {
        guard hasChanged, !isInFragment else { return nil }
        hasChanged = false
        lastEntries = tree.entries
        return .listing(
            KeyValueListing(entries: tree.entries, index: UInt64(revision)), isRegressed: false,
            isFirstAfterOutage: false)
    }

    /// Takes the end of a stream after which ``query`` is a listing.
    ///
    /// - Parameter lived: how long the stream lived.
    mutating func ended(lived: Duration, jitter: Double) -> Step {
        Step(event: nil, pause: max(limits.pause, pauseAfterStrike(lived: lived, jitter: jitter)))
    }

    /// Takes a failure.
    ///
    /// - Parameters:
    ///   - isStreamLost: whether nothing but a connection, or a watch that was there, has ended.
    ///   - lived: how long it was there.
    ///   - jitter: a random number from 0 to 1, so that many gateways do not come back at the same moment.
    mutating func failed(_ error: KeyValueError, isStreamLost: Bool, lived: Duration, jitter: Double) -> Step {
        failures += 1
        query = .list
        let pause = pauseAfterStrike(lived: lived, jitter: jitter)
        if failures == 1 && isStreamLost || reported == error { return Step(event: nil, pause: pause) }
        reported = error
        return Step(event: .unavailable(error), pause: pause)
    }

    private mutating func listAnew() -> Verdict {
        query = .list
        return .isOver
    }

    private mutating func pauseAfterStrike(lived: Duration, jitter: Double) -> Duration {
        strikes = lived > limits.steady ? 1 : strikes + 1
        var pause = limits.retry * (strikes == 1 ? 0.2 : 1)
        for _ in 0..<min(max(strikes - 2, 0), 16) where pause < limits.retryMax { pause *= 2 }
        return min(pause, limits.retryMax) * (0.5 + 0.5 * jitter)
    }
}
