internal import Gateway
internal import Synchronization

/// Measures how fast everything goes, once for all who listen, and not at all while nobody does.
final class RateMeter: Sendable {
    /// How often it looks.
    static let interval: Duration = .seconds(2)

    private struct State {
        var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var listenersEver: UInt64 = 0
        var ticking: Task<Void, Never>?
        var latest: RateReading?
    }

    private let interval: Duration
    private let now: @Sendable () -> Int64
    private let observe: @Sendable () -> GatewayObservation
    private let state = Mutex(State())

    /// A meter of an edge.
    convenience init(_ subject: AdminSubject) {
        self.init(interval: Self.interval, now: { subject.journal.now }, observe: { subject.gateway.observe() })
    }

    /// - Parameters:
    ///   - now: seconds since 1970.
    ///   - observe: everything as it stands.
    init(
        interval: Duration, now: @escaping @Sendable () -> Int64,
        observe: @escaping @Sendable () -> GatewayObservation
    ) {
        self.interval = interval
        self.now = now
        self.observe = observe
    }

    /// What was measured last, by now; nil where nobody has listened for long enough.
    var latest: RateReading? { state.withLock { $0.latest } }

    /// Those who listen.
    var listeners: Int { state.withLock { $0.listeners.count } }

    /// A signal each time that there is something newer, at once if there is something already.
    func listen() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.listenersEver += 1
            state.listeners[state.listenersEver] = continuation
            if state.ticking == nil { state.ticking = Task { [weak self] in await self?.run() } }
            if state.latest != nil { continuation.yield() }
            return state.listenersEver
        }
        continuation.onTermination = { [weak self] _ in self?.leave(id) }
        return stream
    }

    private func leave(_ id: UInt64) {
        state.withLock { state in
            state.listeners[id] = nil
            guard state.listeners.isEmpty else { return }
            state.ticking?.cancel()
            state.ticking = nil
            // Whoever comes next is not to be told of a span long past.
            state.latest = nil
        }
    }

    private func run() async {
        var number: UInt64 = 0
        var (then, former) = (ContinuousClock.now, observe())
        while (try? await Task.sleep(for: interval)) != nil {
            let (time, seen) = (ContinuousClock.now, observe())
            number += 1
            let reading = RateReading(
                from: former, to: seen, seconds: (time - then) / .seconds(1), time: now(), number: number)
            state.withLock { state in
                guard !Task.isCancelled else { return }
                state.latest = reading
                for listener in state.listeners.values { listener.yield() }
            }
            (then, former) = (time, seen)
        }
    }
}
