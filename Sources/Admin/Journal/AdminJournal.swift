public import Control
internal import Synchronization

/// What has happened of late, for those who ask and those who listen.
///
/// The controller tells it everything (``Controller/Surroundings/onEvent``); it never waits for a listener.
public final class AdminJournal: Sendable {
    /// Entries that are kept: an evening's, unless much goes wrong.
    static let kept = 1000
    /// Entries that a listener may be behind; older ones it misses, which the ids tell.
    private static let listenerRoom = 256
    /// Listeners at once: each is a connection, and somebody's dashboard.
    static let listenersMaximum = 64

    private struct State {
        var last: UInt64 = 0
        var entries: [JournalEntry] = []
        var listeners: [UInt64: AsyncStream<JournalEntry>.Continuation] = [:]
        var listenersEver: UInt64 = 0
        var times = TableTimes()
    }

    private let clock: ControlClock
    private let state = Mutex(State())

    /// One in which nothing has happened.
    public init(clock: ControlClock = .system) {
        self.clock = clock
    }

    /// Something has happened.
    public func note(_ event: ControlEvent) {
        note(JournalEntry(event, time: clock.wallSeconds()))
        if case .installed(let installation) = event { state.withLock { $0.times.add(installation) } }
    }

    /// Something has happened.
    func note(_ entry: JournalEntry) {
        state.withLock { state in
            var entry = entry
            state.last += 1
            entry.id = state.last
            state.entries.append(entry)
            // Now and then, for it moves all that stay.
            if state.entries.count > 2 * Self.kept { state.entries.removeFirst(state.entries.count - Self.kept) }
            for listener in state.listeners.values { listener.yield(entry) }
        }
    }

    /// Seconds since 1970.
    var now: Int64 { clock.wallSeconds() }

    /// How long tables took.
    var times: TableTimes { state.withLock { $0.times } }

    /// The newest entries after the one of number `after`, at most `limit`, the oldest first; and the last number given.
    func entries(after: UInt64 = 0, limit: Int = kept) -> (entries: [JournalEntry], last: UInt64) {
        state.withLock { state in
            let new = state.entries.suffix(Self.kept).filter { $0.id > after }
            return (Array(new.suffix(limit)), state.last)
        }
    }

    /// The last number given.
    var last: UInt64 { state.withLock { $0.last } }

    /// What happens from now on; nil if too many listen already.
    func listen() -> AsyncStream<JournalEntry>? {
        let (stream, continuation) = AsyncStream.makeStream(
            of: JournalEntry.self, bufferingPolicy: .bufferingNewest(Self.listenerRoom))
        let id: UInt64? = state.withLock { state in
            guard state.listeners.count < Self.listenersMaximum else { return nil }
            state.listenersEver += 1
            state.listeners[state.listenersEver] = continuation
            return state.listenersEver
        }
        guard let id else { return nil }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
        }
        return stream
    }

    /// Those who listen.
    var listeners: Int { state.withLock { $0.listeners.count } }
}
