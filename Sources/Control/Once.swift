internal import Synchronization

/// A continuation that several may resume, of whom the first does.
final class Once<Value: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Value, Never>?>

    /// Whoever waits at `continuation`.
    init(_ continuation: CheckedContinuation<Value, Never>) {
        self.continuation = Mutex(continuation)
    }

    /// Has the wait end with `value`, unless it has ended.
    func resume(_ value: sending Value) {
        continuation.withLock { $0.take() }?.resume(returning: value)
    }
}
