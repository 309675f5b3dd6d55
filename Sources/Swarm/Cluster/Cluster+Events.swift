internal import Synchronization

extension Cluster {
    /// Notes what happened and tells all who follow.
    func publish(_ event: ClusterEvent) {
        // Within the lock, so that whoever begins to follow misses nothing and is told nothing twice.
        change { state in
            state.events.add(event)
            listeners.withLock { listeners in
                for listener in listeners.values { listener(event) }
            }
        }
    }

    /// What `query` asks for of what has been, and all of it that happens while `body` runs.
    func follow<Result>(
        _ query: EventQuery, _ body: (_ past: [ClusterEvent], EventSubscription) async throws -> Result
    ) async throws -> Result {
        let subscription = EventSubscription(query)
        let (past, number) = change { state in
            (state.events.events(query), listen { subscription.offer($0) })
        }
        defer { unlisten(number) }
        return try await body(past, subscription)
    }

    /// Has `body` told of events, briefly and in their order, until ``unlisten(_:)``.
    func listen(_ body: @escaping @Sendable (ClusterEvent) -> Void) -> Int {
        listeners.withLock { listeners in
            let number = (listeners.keys.max() ?? 0) + 1
            listeners[number] = body
            return number
        }
    }

    /// Ends what ``listen(_:)`` began.
    func unlisten(_ number: Int) { listeners.withLock { $0[number] = nil } }

    /// How many follow events.
    var listenerCount: Int { listeners.withLock(\.count) }
}
