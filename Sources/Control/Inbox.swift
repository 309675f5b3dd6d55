internal import Synchronization

/// What happened since somebody last looked: the newest of each kind only, whatever the burst.
final class Inbox<News: Sendable>: Sendable {
    /// Rings when there is news.
    let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    private let empty: News
    private let news: Mutex<News>

    /// One in which nothing has happened: `empty`.
    init(_ empty: News) {
        self.empty = empty
        news = Mutex(empty)
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds to the news and rings.
    func post(_ change: (inout News) -> Void) {
        news.withLock { change(&$0) }
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
            $0 = empty
            return taken
        }
    }
}
