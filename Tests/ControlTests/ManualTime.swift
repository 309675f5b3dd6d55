import Control
import Synchronization

/// A clock that stands still until a test advances it.
final class ManualTime: Sendable {
    private struct State {
        var now: Duration = .zero
        var sleepers: [UInt64: (until: Duration, continuation: AsyncStream<Void>.Continuation)] = [:]
        var last: UInt64 = 0
    }

    private let state = Mutex(State())

    /// The clock, for a controller.
    var clock: ControlClock {
        ControlClock(
            now: { self.state.withLock { $0.now } },
            sleep: { try await self.sleep(until: $0) },
            wallSeconds: { 0 })
    }

    /// Moves time on and wakes whoever waited for it.
    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for key in due.keys { state.sleepers[key] = nil }
            return due.values.map(\.continuation)
        }
        for continuation in due { continuation.finish() }
    }

    private func sleep(until: Duration) async throws {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            guard state.now < until else { return continuation.finish() }
            state.last += 1
            state.sleepers[state.last] = (until, continuation)
        }
        for await _ in stream {}
        try Task.checkCancellation()
    }
}
