/// A program's session in the store, under which it holds its locks: made, renewed, and made anew when it is lost.
///
/// Pure: time is given, in any monotonic measure.
package struct SessionKeeping: Sendable {
    /// What is to be done for it.
    package enum Step: Sendable, Equatable {
        /// Make a session.
        case make
        /// Renew this one.
        case renew(String)
    }

    /// The session that the store has said there is; nil while there is none.
    package private(set) var id: String?
    /// Until when the session lives for sure, unless somebody ends it: the store counts from when it was asked at the earliest.
    package private(set) var lapse: Duration?
    private var timeToLive: Duration
    private let longestPause: Duration
    private var isBusy = false
    /// When the step that is under way, or was last, was begun.
    package private(set) var askedAt: Duration = .zero
    private var dueAt: Duration = .zero
    private var failures = 0

    /// A session that ends when it was not renewed for `timeToLive`; without one, a store that is away is asked each
    /// `longestPause` at the latest.
    package init(timeToLive: Duration, longestPause: Duration = .seconds(30)) {
        self.timeToLive = timeToLive
        self.longestPause = longestPause
    }

    /// What is to be done now, if anything; it is under way then, until it is told what came of it.
    package mutating func step(now: Duration) -> Step? {
        guard !isBusy, dueAt <= now else { return nil }
        isBusy = true
        askedAt = now
        return id.map { .renew($0) } ?? .make
    }

    /// When something is to be done.
    package var deadline: Duration? { isBusy ? nil : dueAt }

    /// There is a session, perhaps with another TTL than was asked for.
    package mutating func made(_ id: String, timeToLive: Duration? = nil, now: Duration) {
        self.id = id
        if let timeToLive { self.timeToLive = timeToLive }
        confirmed(now)
    }

    /// The store says whether the session that was renewed is still there.
    package mutating func renewed(_ isThere: Bool, now: Duration) {
        confirmed(now)
        guard !isThere else { return }
        id = nil
        lapse = nil
        dueAt = now
    }

    /// The store did not do what it was asked; it is asked again after `pause`, or after growing pauses.
    package mutating func failed(now: Duration, pause: Duration? = nil) {
        isBusy = false
        failures = min(failures + 1, 5)
        // While it lives it is renewed as soon as may be.
        let longest = id == nil ? longestPause : timeToLive / 4
        dueAt = now + (pause ?? min(.milliseconds(500) * (1 << failures), longest))
    }

    /// What was asked under the session was refused because there is none, or the store was away: it is asked at once.
    package mutating func isDoubted(now: Duration) {
        guard !isBusy else { return }
        dueAt = now
    }

    private mutating func confirmed(_ now: Duration) {
        isBusy = false
        failures = 0
        lapse = askedAt + timeToLive
        // As consul-template does it: one renewal may fail, and there is time for the next.
        dueAt = now + timeToLive / 2
    }
}
