internal import Synchronization

/// A pause that somebody else may end.
final class Bell: Sendable {
    private struct State {
        var isRung = false
        var sleeper: Task<Void, Never>?
    }

    private let state = Mutex(State())

    init() {}

    /// Waits so long, or until the bell rings; returns at once if it rang since the last pause.
    func pause(_ duration: Duration) async {
        let sleeper = Task<Void, Never> {
            // Cancelled is what ends the pause early.
            try? await Task.sleep(for: duration)
        }
        let isRung = state.withLock { state in
            defer { state.isRung = false }
            if !state.isRung { state.sleeper = sleeper }
            return state.isRung
        }
        if isRung { sleeper.cancel() }
        await withTaskCancellationHandler {
            await sleeper.value
        } onCancel: {
            sleeper.cancel()
        }
        state.withLock { state in
            state.sleeper = nil
            state.isRung = false
        }
    }

    /// Ends the pause, or the next one.
    func ring() {
        let sleeper = state.withLock { state in
            state.isRung = true
            return state.sleeper
        }
        sleeper?.cancel()
    }
}
