internal import Synchronization

/// Two watches as one: what either says is told with the other's newest, once both have said something.
final class MergedWatch: Sendable {
    private struct Side {
        var listing: KeyValueListing?
        var isAway = false
    }

    private let sides = Mutex([Side(), Side()])
    private let merge: @Sendable (_ first: KeyValueListing, _ second: KeyValueListing) -> KeyValueListing

    private init(_ merge: @escaping @Sendable (KeyValueListing, KeyValueListing) -> KeyValueListing) {
        self.merge = merge
    }

    /// The watches `first` and `second` as one; `merge` makes one listing of both.
    static func stream(
        _ first: AsyncStream<KeyValueWatchEvent>, _ second: AsyncStream<KeyValueWatchEvent>,
        _ merge: @escaping @Sendable (_ first: KeyValueListing, _ second: KeyValueListing) -> KeyValueListing
    ) -> AsyncStream<KeyValueWatchEvent> {
        let watch = MergedWatch(merge)
        return WatchMailbox.stream { mailbox in
            await withTaskGroup(of: Void.self) { group in
                for (index, events) in [first, second].enumerated() {
                    group.addTask {
                        for await event in events { watch.take(event, from: index, mailbox) }
                    }
                }
            }
        }
    }

    private func take(_ event: KeyValueWatchEvent, from index: Int, _ mailbox: WatchMailbox) {
        sides.withLock { sides in
            switch event {
            case .unavailable(let error):
                sides[index].isAway = true
                mailbox.offer(.unavailable(error))
            case .listing(let listing, let isRegressed, let isFirstAfterOutage):
                sides[index] = Side(listing: listing)
                // While one of them is away, what is known is not the store as it is.
                guard let first = sides[0].listing, let second = sides[1].listing, !sides[1 - index].isAway else {
                    return
                }
                mailbox.offer(
                    .listing(
                        merge(first, second), isRegressed: isRegressed, isFirstAfterOutage: isFirstAfterOutage))
            }
        }
    }
}
