internal import Synchronization

/// What happened since a run last looked, in its order, and a bell.
final class RegistratorInbox: Sendable {
    /// Something that happened.
    enum News: Sendable {
        /// For the ledger.
        case engine(LedgerEvent)
        /// To the registry of that number.
        case registry(Int, RegistryPace.Event)
        /// The run is to end.
        case stop
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
