/// A user's token, shared by all requests: asked for once, however many wait for it.
actor EtcdTokens {
    /// What is known.
    private enum State {
        /// Nothing yet, or what was known is no longer good.
        case unknown
        /// What to show: nil if the cluster asks for nothing.
        case known(String?)
        /// It is being asked for.
        case pending(Task<Result<String?, RequestFailure>, Never>)
    }

    private var state = State.unknown

    /// What to show.
    ///
    /// - Parameter authenticate: asks for it; not called if it is known.
    func token(
        _ authenticate: @escaping @Sendable () async -> Result<String?, RequestFailure>
    ) async throws(RequestFailure) -> String? {
        let task: Task<Result<String?, RequestFailure>, Never>
        switch state {
        case .known(let token): return token
        case .pending(let pending): task = pending
        case .unknown:
            task = Task {
                let result = await authenticate()
                self.finish(result)
                return result
            }
            state = .pending(task)
        }
        return try await task.value.get()
    }

    /// Has it asked for again, unless what is known is newer than `token`.
    func forget(_ token: String?) {
        if case .known(token) = state { state = .unknown }
    }

    private func finish(_ result: Result<String?, RequestFailure>) {
        switch result {
        case .success(let token): state = .known(token)
        case .failure: state = .unknown
        }
    }
}
