import HTTPTypes

/// Consul's blocking queries: answered when the index has grown past the one the client has, or the wait is over.
struct APIBlocking: Sendable {
    /// The index that the client has; 0: do not wait.
    var index: UInt64
    /// How long to wait at most, before jitter.
    var wait: Duration

    /// Consul's `default_query_time`.
    static let waitDefault = Duration.seconds(300)
    /// Consul's `max_query_time`.
    static let waitMaximum = Duration.seconds(600)

    /// What `query` asks for.
    init(_ query: APIQuery) throws(APIError) {
        if query.has("stale"), query.has("consistent") {
            throw APIError(.badRequest, "Cannot specify ?stale with ?consistent, conflicting semantics.")
        }
        index = 0
        wait = Self.waitDefault
        if let text = query["index"] {
            guard case .success(let number) = GoText.unsigned(text) else {
                throw APIError(.badRequest, "Invalid index")
            }
            index = number
        }
        if let text = query["wait"] {
            guard let duration = GoText.duration(text) else { throw APIError(.badRequest, "Invalid wait time") }
            if duration > .zero { wait = min(duration, Self.waitMaximum) }
        }
    }

    /// Calls `answer` with the state and its index once that is news to the client, or the wait is over, or the task
    /// cancelled.
    ///
    /// - Parameters:
    ///   - scope: what changes the index.
    ///   - current: the index in a state.
    func answer(
        _ store: EmbeddedStore, _ scope: ChangeScope, current: @escaping @Sendable (StoreState) -> UInt64,
        _ answer: (StoreState, UInt64) throws(APIError) -> APIAnswer
    ) async throws(APIError) -> APIAnswer {
        var state = store.snapshot()
        if index > 0, current(state) <= index {
            // Up to a sixteenth more, so that clients that began together do not all come back together.
            let jitter = wait / 16 * Double.random(in: 0..<1)
            state = await waited(store, scope, until: .now + wait + jitter, current: current)
        }
        return try answer(state, current(state))
    }

    private func waited(
        _ store: EmbeddedStore, _ scope: ChangeScope, until deadline: ContinuousClock.Instant,
        current: @escaping @Sendable (StoreState) -> UInt64
    ) async -> StoreState {
        await withTaskGroup(of: Void.self) { group in
            // Cancelled or over: the same, the client is told what there is.
            group.addTask { try? await Task.sleep(until: deadline, clock: .continuous) }
            group.addTask { [index] in
                while !Task.isCancelled, !store.isClosed {
                    let state = store.snapshot()
                    guard current(state) <= index else { return }
                    await store.waitForChange(scope, since: state.index)
                }
            }
            await group.next()
            group.cancelAll()
        }
        return store.snapshot()
    }
}
