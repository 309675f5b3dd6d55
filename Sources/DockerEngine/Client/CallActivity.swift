internal import AsyncHTTPClient
internal import Synchronization

/// When something last went on in a call, so that silence can be told from slowness.
///
/// While whoever makes the call has yet to come up with the next part of its body, no time counts.
final class CallActivity: Sendable {
    private struct State {
        var last = ContinuousClock.now
        var isHeld = false
    }

    private let state = Mutex(State())

    /// Something went on.
    ///
    /// - Parameter isHeld: whether what comes next depends on whoever makes the call.
    func note(isHeld: Bool = false) {
        state.withLock { state in
            state.last = .now
            state.isHeld = isHeld
        }
    }

    /// Waits until there was silence for so long, and throws then.
    func silence(of limit: Duration) async throws {
        while true {
            let left = state.withLock { state in state.isHeld ? limit : limit - (.now - state.last) }
            guard left > .zero else { throw HTTPClientError.deadlineExceeded }
            try await Task.sleep(for: left)
        }
    }
}
