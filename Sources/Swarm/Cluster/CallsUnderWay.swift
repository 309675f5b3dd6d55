internal import DockerEngine
internal import Synchronization

/// Calls of clients that an engine has not answered yet: they end when it is known that it will not.
final class CallsUnderWay: Sendable {
    private struct State {
        var next: UInt64 = 0
        var cancels: [UInt64: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// Runs a call until it ends, its caller is cancelled, or ``giveUp()``.
    ///
    /// - Throws: what `body` throws; ``DockerError/Kind/late`` with `reason` when it is given up.
    func run<Result: Sendable>(
        reason: String, _ body: @escaping @Sendable () async throws(DockerError) -> Result
    ) async throws(DockerError) -> Result {
        let task = Task { () -> Swift.Result<Result, DockerError> in
            do throws(DockerError) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        let number = state.withLock { state in
            state.next += 1
            state.cancels[state.next] = { task.cancel() }
            return state.next
        }
        defer { state.withLock { $0.cancels[number] = nil } }
        let result = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        if case .failure(let error) = result, error.kind == .cancelled, !Task.isCancelled {
            throw DockerError(.late, reason)
        }
        return try result.get()
    }

    /// Ends all calls: the engine does not answer.
    func giveUp() {
        let cancels = state.withLock { Array($0.cancels.values) }
        for cancel in cancels { cancel() }
    }
}
