internal import Synchronization

/// Lets so many in at once, and has so many more wait for their turn.
final class CallGate: Sendable {
    /// Why there is no place.
    enum Refusal: Error {
        /// As many wait as may.
        case full
        /// The place did not come in time, or whoever waits was cancelled.
        case gaveUp
    }

    private struct State {
        var free: Int
        var waiting: [(number: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
        var next: UInt64 = 0
    }

    private let waitingMax: Int
    private let state: Mutex<State>

    /// A gate with so many places.
    init(places: Int, waitingMax: Int) {
        self.waitingMax = waitingMax
        state = Mutex(State(free: max(1, places)))
    }

    /// Takes a place; ``leave()`` gives it back.
    ///
    /// - Parameter deadline: how long to wait for one.
    func enter(within deadline: Duration) async throws(Refusal) {
        let number = try state.withLock { state throws(Refusal) -> UInt64? in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            guard state.waiting.count < waitingMax else { throw .full }
            state.next += 1
            return state.next
        }
        guard let number else { return }
        let clock = Task<Void, Never> {
            try? await Task.sleep(for: deadline)
            giveUp(number)
        }
        let isIn = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isIn = state.withLock { state -> Bool? in
                    if Task.isCancelled { return false }
                    // A place may have come free meanwhile.
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting.append((number, continuation))
                    return nil
                }
                if let isIn { continuation.resume(returning: isIn) }
            }
        } onCancel: {
            giveUp(number)
        }
        clock.cancel()
        guard isIn else { throw .gaveUp }
    }

    /// Gives a place back: to who has waited longest.
    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: true)
    }

    private func giveUp(_ number: UInt64) {
        let continuation = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            guard let place = state.waiting.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiting.remove(at: place).continuation
        }
        continuation?.resume(returning: false)
    }
}
