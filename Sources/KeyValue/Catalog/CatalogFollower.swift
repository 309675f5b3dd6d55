internal import FoundationEssentials
internal import Synchronization

/// Carries out what ``CatalogState`` decides: two blocking queries, and questions about what they say has changed.
///
/// Those questions are answered by the leader: a server that lags behind the one that told of a change must not hide it.
struct CatalogFollower {
    /// The questions.
    let questions: CatalogQuestions
    /// What the keys that are told begin with.
    let prefix: String
    /// Whether the blocking queries may be answered by any server.
    let allowsStale: Bool
    /// Who is told.
    let mailbox: WatchMailbox

    /// News that nobody has taken up yet.
    private final class Inbox: Sendable {
        let signals: AsyncStream<Void>
        private let signal: AsyncStream<Void>.Continuation
        private let news = Mutex(CatalogState.News())

        init() {
            (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        }

        func put(_ later: CatalogState.News) {
            news.withLock { $0.merge(later) }
            signal.yield()
        }

        func take() -> CatalogState.News {
            news.withLock { news in
                defer { news = CatalogState.News() }
                return news
            }
        }
    }

    /// Follows the catalog until its task is cancelled.
    func run() async {
        let inbox = Inbox()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await follow(CatalogQuestions.services, \.servicesError, inbox) { news, octets throws(KeyValueError) in
                    news.services = try CatalogQuestions.names(octets)
                }
            }
            group.addTask {
                await follow(CatalogQuestions.checks, \.checksError, inbox) { news, octets throws(KeyValueError) in
                    news.checks = try CatalogQuestions.checks(octets)
                }
            }
            await ask(inbox)
            group.cancelAll()
        }
    }

    private func follow(
        _ query: ConsulQuery, _ failure: WritableKeyPath<CatalogState.News, KeyValueError?>, _ inbox: Inbox,
        _ read: (_ news: inout CatalogState.News, _ octets: [UInt8]) throws(KeyValueError) -> Void
    ) async {
        let client = questions.store.client
        let allowsStale = allowsStale
        let events = WatchMailbox.stream { mailbox in
            await ConsulFollower(client: client, subject: .index(query), mailbox: mailbox).run(allowsStale: allowsStale)
        }
        for await event in events {
            var news = CatalogState.News()
            switch event {
            case .unavailable(let error): news[keyPath: failure] = error
            case .listing(let listing, let isRegressed, let isFirstAfterOutage):
                news.index = listing.index
                news.isRegressed = isRegressed
                news.isFirstAfterOutage = isFirstAfterOutage
                do {
                    try read(&news, listing.entries.first?.value ?? [])
                } catch {
                    news[keyPath: failure] = error
                }
            }
            inbox.put(news)
        }
    }

    private func ask(_ inbox: Inbox) async {
        var state = CatalogState(entries: CatalogEntries(settings: questions.settings), prefix: prefix)
        var failures = 0
        for await _ in inbox.signals {
            tell(state.hear(inbox.take()))
            repeat {
                do {
                    let batch = state.batch
                    if !batch.isEmpty { state.take(try await questions.instances(of: batch)) }
                    failures = 0
                    // What was said meanwhile comes first, so that nothing is told that is known to be old.
                    tell(state.hear(inbox.take()))
                    tell(state.event())
                } catch {
                    if Task.isCancelled { return }
                    failures += 1
                    tell(state.fail(error))
                    try? await Task.sleep(for: pause(failures))
                    tell(state.hear(inbox.take()))
                }
            } while !state.batch.isEmpty && !Task.isCancelled
        }
    }

    private func tell(_ event: KeyValueWatchEvent?) {
        if let event { mailbox.offer(event) }
    }

    private func pause(_ failures: Int) -> Duration {
        let limits = questions.store.client.limits
        let pause = limits.retry * (1 << min(failures - 1, 10))
        return min(pause, limits.retryMax) * Double.random(in: 0.5...1)
    }
}
