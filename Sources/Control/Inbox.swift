internal import KeyValue
internal import Synchronization

/// What happened since the controller last looked: the newest of each kind only, whatever the burst.
final class Inbox: Sendable {
    /// The news.
    struct News: Sendable {
        var services: ControlState.Listing?
        var routes: ControlState.Listing?
        var configuration: EdgeConfiguration?
        var acceptsHeld = false
        /// The last word of each watch on whether the store answers; nil inside: it does.
        var servicesOutage: KeyValueError??
        var routesOutage: KeyValueError??
        /// When the first of all this came.
        var since: Duration?
    }

    /// Rings when there is news.
    let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    private let news = Mutex(News())

    init() {
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds to the news and rings.
    func post(now: Duration, _ change: (inout News) -> Void) {
        news.withLock {
            change(&$0)
            $0.since = $0.since ?? now
        }
        ring.yield()
    }

    /// Rings without news.
    func wake() {
        ring.yield()
    }

    /// Takes the news away.
    func take() -> News {
        news.withLock {
            let taken = $0
            $0 = News()
            return taken
        }
    }
}

extension ControlState.Listing {
    /// Whether an older event that nobody has looked at was told something that this one was not.
    mutating func absorb(_ older: ControlState.Listing?) {
        guard let older else { return }
        isRegressed = isRegressed || older.isRegressed
        isFirstAfterOutage = isFirstAfterOutage || older.isFirstAfterOutage
    }
}
