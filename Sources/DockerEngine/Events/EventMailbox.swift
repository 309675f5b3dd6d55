internal import Synchronization

/// The rules of a follower, which its reader and its heartbeats share.
final class FollowingState: Sendable {
    private let rules: Mutex<EventFollowing>

    init(limits: EngineLimits) {
        rules = Mutex(EventFollowing(limits: limits))
    }

    func with<Result: Sendable>(_ body: (inout EventFollowing) -> Result) -> Result {
        rules.withLock { body(&$0) }
    }
}

/// Holds what a follower has to tell until it is taken, within a bound.
///
/// When more waits than may, all of it is forgotten for one ``EventFollower/Message/reconnected``: a reader that lists anew
/// needs none of it.
final class EventMailbox: Sendable {
    typealias Message = EventFollower.Message

    private struct State {
        var messages: [Message] = []
        var taken = 0
        var reader: CheckedContinuation<Message?, Never>?
        var isFinished = false

        var waiting: Int { messages.count - taken }

        mutating func put(_ message: Message, limit: Int) {
            if waiting >= limit {
                // A first connection is a beginning like any other to whoever has not yet listed.
                let isFirst = messages[taken...].contains(.connected)
                messages = [isFirst ? .connected : .reconnected]
                taken = 0
                if case .event = message { return }
            }
            messages.append(message)
        }

        mutating func take() -> Message? {
            guard waiting > 0 else { return nil }
            defer {
                taken += 1
                if taken == messages.count {
                    messages.removeAll(keepingCapacity: true)
                    taken = 0
                } else if taken >= 512 {
                    messages.removeFirst(taken)
                    taken = 0
                }
            }
            return messages[taken]
        }
    }

    /// Ends the task that feeds the mailbox when nobody holds the stream any more.
    private final class Lease: Sendable {
        let mailbox: EventMailbox
        private let feeder: Task<Void, Never>

        init(_ mailbox: EventMailbox, _ feeder: Task<Void, Never>) {
            self.mailbox = mailbox
            self.feeder = feeder
        }

        func end() {
            feeder.cancel()
            mailbox.finish()
        }

        deinit { end() }
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = max(limit, 1)
    }

    /// A stream of what `feed` offers, until the reader's task is cancelled or nobody holds the stream.
    static func stream(
        limit: Int, _ feed: @escaping @Sendable (EventMailbox) async -> Void
    ) -> AsyncStream<Message> {
        let lease = lease(limit, feed)
        return AsyncStream(unfolding: { await lease.mailbox.next() }, onCancel: { lease.end() })
    }

    /// The same, all that waits at once: at least one each time.
    static func batches(
        limit: Int, _ feed: @escaping @Sendable (EventMailbox) async -> Void
    ) -> AsyncStream<[Message]> {
        let lease = lease(limit, feed)
        return AsyncStream(
            unfolding: {
                guard let first = await lease.mailbox.next() else { return nil }
                return [first] + lease.mailbox.rest()
            }, onCancel: { lease.end() })
    }

    private static func lease(
        _ limit: Int, _ feed: @escaping @Sendable (EventMailbox) async -> Void
    ) -> Lease {
        let mailbox = EventMailbox(limit: limit)
        return Lease(
            mailbox,
            Task {
                await feed(mailbox)
                mailbox.finish()
            })
    }

    /// Puts a message behind those that wait.
    func offer(_ message: Message) {
        let delivery = state.withLock { state -> (CheckedContinuation<Message?, Never>, Message)? in
            guard !state.isFinished else { return nil }
            state.put(message, limit: limit)
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
            state.messages = []
            state.taken = 0
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: nil)
    }

    /// What waits, now.
    private func rest() -> [Message] {
        state.withLock { state in
            var messages: [Message] = []
            while let message = state.take() { messages.append(message) }
            return messages
        }
    }

    /// The next message, as soon as there is one; nil at the end.
    func next() async -> Message? {
        await withCheckedContinuation { continuation in
            let answer = state.withLock { state -> Message?? in
                if state.isFinished { return .some(nil) }
                if let message = state.take() { return message }
                state.reader = continuation
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }
}
