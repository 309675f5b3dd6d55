import Synchronization

/// Holds the newest that a watch has to tell until it is taken: never a queue of old states.
///
/// A listing that was not taken is replaced by a newer one, but what it said of the store (`isRegressed`,
/// `isFirstAfterOutage`) is carried over to the one that replaces it, so that a slow reader never takes a wiped store for
/// an ordinary change. An outage after a listing that was not taken is told after it.
final class WatchMailbox: Sendable {
    /// What waits to be taken.
    private struct State {
        var listing: KeyValueListing?
        var isRegressed = false
        var isFirstAfterOutage = false
        var outage: KeyValueError?
        var reader: CheckedContinuation<KeyValueWatchEvent?, Never>?
        var isFinished = false

        mutating func put(_ event: KeyValueWatchEvent) {
            switch event {
            case .listing(let listing, let isRegressed, let isFirstAfterOutage):
                self.listing = listing
                self.isRegressed = self.isRegressed || isRegressed
                self.isFirstAfterOutage = self.isFirstAfterOutage || isFirstAfterOutage
                outage = nil
            case .unavailable(let error):
                outage = error
            }
        }

        mutating func take() -> KeyValueWatchEvent? {
            if let listing {
                defer {
                    self.listing = nil
                    isRegressed = false
                    isFirstAfterOutage = false
                }
                return .listing(listing, isRegressed: isRegressed, isFirstAfterOutage: isFirstAfterOutage)
            }
            defer { outage = nil }
            return outage.map { .unavailable($0) }
        }
    }

    /// Ends the task that feeds the mailbox when nobody holds the stream any more.
    private final class Lease: Sendable {
        let mailbox: WatchMailbox
        private let feeder: Task<Void, Never>

        init(_ mailbox: WatchMailbox, _ feeder: Task<Void, Never>) {
            self.mailbox = mailbox
            self.feeder = feeder
        }

        func end() {
            feeder.cancel()
            mailbox.finish()
        }

        deinit { end() }
    }

    private let state = Mutex(State())

    /// A stream of what `feed` offers, until the reader's task is cancelled or nobody holds the stream.
    static func stream(
        _ feed: @escaping @Sendable (WatchMailbox) async -> Void
    ) -> AsyncStream<KeyValueWatchEvent> {
        let mailbox = WatchMailbox()
        let feeder = Task {
            await feed(mailbox)
            mailbox.finish()
        }
        let lease = Lease(mailbox, feeder)
        return AsyncStream(unfolding: { await lease.mailbox.next() }, onCancel: { lease.end() })
    }

    /// Puts an event where the reader finds it.
    func offer(_ event: KeyValueWatchEvent) {
        let delivery = state.withLock {
            state -> (CheckedContinuation<KeyValueWatchEvent?, Never>, KeyValueWatchEvent)? in
            guard !state.isFinished else { return nil }
            state.put(event)
            guard let reader = state.reader, let next = state.take() else { return nil }
            state.reader = nil
            return (reader, next)
        }
        if let (reader, next) = delivery { reader.resume(returning: next) }
    }

    /// Ends the stream: what was not taken is forgotten.
    func finish() {
        let reader = state.withLock { state in
            state.isFinished = true
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// The next event, as soon as there is one; nil at the end.
    func next() async -> KeyValueWatchEvent? {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> KeyValueWatchEvent?? in
                if state.isFinished { return .some(nil) }
                if let event = state.take() { return event }
                state.reader = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
