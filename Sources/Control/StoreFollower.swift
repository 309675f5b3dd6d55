internal import KeyValue
internal import Logging

/// Follows a prefix of the store for as long as its task lives.
struct StoreFollower: Sendable {
    /// What a watch says.
    enum Word: Sendable {
        /// The prefix as it is now.
        case listing(ControlState.Listing)
        /// The store does not answer.
        case unavailable(KeyValueError)
    }

    let store: any KeyValueStore
    let clock: ControlClock
    let logger: Logger

    /// Passes on what is said of `prefix` until the task is cancelled.
    func follow(_ prefix: String, _ tell: @Sendable (Word) -> Void) async {
        while !Task.isCancelled {
            for await event in store.watch(prefix: prefix) {
                switch event {
                case .listing(let entries, let isRegressed, let isFirstAfterOutage):
                    tell(
                        .listing(
                            ControlState.Listing(
                                listing: entries, isRegressed: isRegressed, isFirstAfterOutage: isFirstAfterOutage)))
                case .unavailable(let error): tell(.unavailable(error))
                }
            }
            // A watch ends when its task does. One that ended by itself must not leave the edge deaf.
            guard !Task.isCancelled else { return }
            logger.warning("the watch of \(prefix) ended by itself: it is begun anew")
            try? await clock.sleep(clock.now() + .seconds(1))
        }
    }
}
