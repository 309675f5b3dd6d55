internal import Synchronization

/// What happened since the run last looked, in its order, and a bell.
final class RunInbox: Sendable {
    /// Something that happened.
    enum News: Sendable {
        /// For the loop as it is.
        case event(RenderEvent)
        /// A source has spoken.
        case word(Dependency, SourceWord)
        /// The store has spoken about sharing.
        case dedup(DedupEvent)
        /// A child has ended; `number` tells it from others before it.
        case child(number: Int, ProcessEnding)
    }

    /// Rings when there is news.
    let bell: AsyncStream<Void>
    private let ring: AsyncStream<Void>.Continuation
    private let news = Mutex<[News]>([])

    init() {
        (bell, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds news and rings.
    func post(_ item: News) {
        news.withLock { $0.append(item) }
        ring.yield()
    }

    /// Rings without news.
    func wake() {
        ring.yield()
    }

    /// Takes the news away.
    func take() -> [News] {
        news.withLock { news in
            defer { news = [] }
            return news
        }
    }
}
