internal import Gateway
internal import Synchronization

/// Requests whose spans wait to be sent: so many, and those that come then are dropped.
final class SpanQueue: Sendable {
    private struct State {
        var waiting: [TracedRequest] = []
        var isOver = false
    }

    private let state = Mutex(State())
    private let limit: Int
    private let batch: Int
    /// Something is to be looked at: a whole batch, or the end.
    let calls: AsyncStream<Void>
    private let caller: AsyncStream<Void>.Continuation

    init(limit: Int, batch: Int) {
        self.limit = limit
        self.batch = batch
        (calls, caller) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds `requests`; gives those that did not fit.
    func add(_ requests: [TracedRequest]) -> [TracedRequest] {
        let (rest, isFull) = state.withLock { state in
            let room = max(0, limit - state.waiting.count)
            state.waiting += requests.prefix(room)
            return (Array(requests.dropFirst(room)), state.waiting.count >= batch)
        }
        if isFull { caller.yield() }
        return rest
    }

    /// The next batch, the oldest first; empty: nothing waits.
    func take() -> [TracedRequest] {
        state.withLock { state in
            let taken = Array(state.waiting.prefix(batch))
            state.waiting.removeFirst(taken.count)
            return taken
        }
    }

    /// Has what waits looked at.
    func call() { caller.yield() }

    /// Nothing more will come.
    func end() {
        state.withLock { $0.isOver = true }
        caller.yield()
    }

    /// Whether nothing waits and nothing will come.
    var isOver: Bool { state.withLock { $0.isOver && $0.waiting.isEmpty } }
}
