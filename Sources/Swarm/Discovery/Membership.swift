internal import Logging
internal import Synchronization

/// Follows the discovery, and tells which engines join the cluster and which leave it.
struct Membership: Sendable {
    /// What is known, and what was last said of it.
    private struct Book {
        var nodes: DiscoveredNodes
        var problems: [String] = []
        var isAway = false

        /// What an answer changes; problems that were told already are not told again.
        mutating func take(_ answer: DiscoverySource.Answer, now: Duration) -> DiscoveredNodes.Change {
            var change = DiscoveredNodes.Change()
            switch answer {
            case .engines(let values, let isDoubtful):
                change = nodes.take(values, isDoubtful: isDoubtful, now: now)
                isAway = false
            case .problem(let reason):
                change.problems = [reason]
                isAway = true
            }
            let all = change.problems
            change.problems.removeAll { problems.contains($0) }
            problems = all
            return change
        }
    }

    /// What is known, shared by whoever follows the source and whoever waits for times.
    private final class SharedBook: Sendable {
        let book: Mutex<Book>

        init(grace: Duration) { book = Mutex(Book(nodes: DiscoveredNodes(grace: grace))) }
    }

    /// How long a loss that looks like an accident is waited for: longer than agents take to write anew.
    static func grace(heartbeat: Duration) -> Duration { max(.seconds(60), heartbeat + heartbeat / 2) }

    private let source: DiscoverySource
    private let heartbeat: Duration
    private let grace: Duration
    private let logger: Logger

    /// - Parameter heartbeat: how often a file is read if no change of it is noticed.
    init(_ source: DiscoverySource, heartbeat: Duration, grace: Duration? = nil, logger: Logger) {
        self.source = source
        self.heartbeat = heartbeat
        self.grace = grace ?? Self.grace(heartbeat: heartbeat)
        self.logger = logger
    }

    /// Follows until the task is cancelled; `take` is told of changes one after the other, and is not to block.
    ///
    /// Problems are in the log already.
    func follow(_ take: @escaping @Sendable (DiscoveredNodes.Change) -> Void) async {
        let shared = SharedBook(grace: grace)
        let start = ContinuousClock.now
        let now: @Sendable () -> Duration = { ContinuousClock.now - start }
        let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await _ in bell {
                    while let deadline = shared.book.withLock({ $0.nodes.deadline }), !Task.isCancelled {
                        try? await Task.sleep(until: start + deadline)
                        shared.book.withLock { book in
                            let removed = book.nodes.settle(now: now())
                            guard !removed.isEmpty else { return }
                            logger.warning("discovery: \(removed.count) nodes did not come back: they leave")
                            take(DiscoveredNodes.Change(removed: removed))
                        }
                    }
                }
            }
            // Told under the lock, so that changes come in their order.
            await source.follow(heartbeat: heartbeat) { answer in
                shared.book.withLock { book in
                    let wasAway = book.isAway
                    let change = book.take(answer, now: now())
                    if wasAway, !book.isAway { logger.notice("discovery: \(source.name) answers again") }
                    for problem in change.problems { logger.warning("discovery: \(problem)") }
                    if change != DiscoveredNodes.Change() { take(change) }
                }
                ring.yield()
            }
        }
    }
}
