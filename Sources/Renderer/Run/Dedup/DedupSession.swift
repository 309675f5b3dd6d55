/// A renderer's session in the store, under which it holds its locks: made, renewed, and made anew when it is lost.
///
/// Pure: time is given, in any monotonic measure.
struct DedupSession: Sendable {
    /// What is to be done for it.
    enum Step: Sendable, Equatable {
        case make
        case renew(String)
    }

    /// The session that the store has said there is; nil while there is none.
    private(set) var id: String?
    private let timeToLive: Duration
    private var isBusy = false
    private var dueAt: Duration = .zero
    private var failures = 0

    /// A session that ends when it was not renewed for `timeToLive`.
    init(timeToLive: Duration) { self.timeToLive = timeToLive }

    /// What is to be done now, if anything; it is under way then, until it is told what came of it.
    mutating func step(now: Duration) -> Step? {
        guard !isBusy, dueAt <= now else { return nil }
        isBusy = true
        return id.map { .renew($0) } ?? .make
    }

    /// When something is to be done.
    var deadline: Duration? { isBusy ? nil : dueAt }

    /// There is a session.
    mutating func made(_ id: String, now: Duration) {
        self.id = id
        confirmed(now)
    }

    /// The store says whether the session that was renewed is still there.
    mutating func renewed(_ isThere: Bool, now: Duration) {
        confirmed(now)
        guard !isThere else { return }
        id = nil
        dueAt = now
    }

    /// The store did not do what it was asked; it is asked again after `pause`, or after growing pauses.
    mutating func failed(now: Duration, pause: Duration? = nil) {
        isBusy = false
        failures = min(failures + 1, 5)
        // While it lives it is renewed as soon as may be.
        let longest = id == nil ? Duration.seconds(30) : timeToLive / 4
        dueAt = now + (pause ?? min(.milliseconds(500) * (1 << failures), longest))
    }

    /// What was asked under the session was refused because there is none.
    mutating func isDoubted(now: Duration) {
        guard !isBusy else { return }
        dueAt = now
    }

    private mutating func confirmed(_ now: Duration) {
        isBusy = false
        failures = 0
        // As consul-template does it: one renewal may fail, and there is time for the next.
        dueAt = now + timeToLive / 2
    }
}
