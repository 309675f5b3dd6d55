internal import Synchronization

/// What a client that follows events has still to be told, within a bound: one that is too slow is told no more.
final class EventSubscription: Sendable {
    /// The client is further behind than it may be.
    struct Overrun: Error, CustomStringConvertible {
        var description: String { "events: the client is too slow for them" }
    }

    /// Events that may wait, classic Docker Swarm's number.
    static let waitingMax = 10_000
    /// Octets that may wait: an event has some hundred of them.
    static let octetsMax = 32 << 20

    private let query: EventQuery
    private let stream: AsyncThrowingStream<ClusterEvent, any Error>
    private let feed: AsyncThrowingStream<ClusterEvent, any Error>.Continuation
    private let overruns: AsyncStream<Void>
    private let overrun: AsyncStream<Void>.Continuation
    private let waitingOctets = Mutex(0)

    init(_ query: EventQuery, waitingMax: Int = EventSubscription.waitingMax) {
        self.query = query
        (stream, feed) = AsyncThrowingStream.makeStream(bufferingPolicy: .bufferingOldest(waitingMax))
        (overruns, overrun) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    /// Puts an event behind those that wait, if it is asked for.
    func offer(_ event: ClusterEvent) {
        guard query.allows(event) else { return }
        let waiting = waitingOctets.withLock { octets in
            octets += event.octets.count
            return octets
        }
        if waiting <= Self.octetsMax, case .enqueued = feed.yield(event) { return }
        feed.finish(throwing: Overrun())
        overrun.yield()
        overrun.finish()
    }

    /// Hands events to `body` one after the other until the task is cancelled.
    ///
    /// - Throws: ``Overrun`` when more wait than may, even while `body` is stuck, and what `body` throws.
    func each(_ body: @escaping @Sendable (ClusterEvent) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for try await event in self.stream {
                    self.waitingOctets.withLock { $0 -= event.octets.count }
                    try await body(event)
                }
            }
            group.addTask {
                for await _ in self.overruns { throw Overrun() }
                // Cancelled: the other ends by that, too.
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
