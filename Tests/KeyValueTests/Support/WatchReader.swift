import KeyValue

/// Reads a watch's events one by one.
struct WatchReader {
    /// An event without its enum, for expectations.
    struct Heard: Equatable {
        var values: [String: String]?
        var isRegressed = false
        var isFirstAfterOutage = false
        var error: KeyValueError?
        var index: UInt64 = 0
    }

    private var iterator: AsyncStream<KeyValueWatchEvent>.Iterator

    init(_ stream: AsyncStream<KeyValueWatchEvent>) {
        iterator = stream.makeAsyncIterator()
    }

    /// The next event; nil at the end.
    mutating func next() async -> Heard? {
        switch await iterator.next() {
        case .listing(let listing, let isRegressed, let isFirstAfterOutage):
            let pairs = listing.entries.map { ($0.key, String(decoding: $0.value, as: UTF8.self)) }
            return Heard(
                values: Dictionary(pairs) { $1 }, isRegressed: isRegressed, isFirstAfterOutage: isFirstAfterOutage,
                index: listing.index)
        case .unavailable(let error):
            return Heard(error: error)
        case nil:
            return nil
        }
    }

    /// Passes over events until one satisfies `condition`; nil if the watch ends first.
    mutating func first(where condition: (Heard) -> Bool) async -> Heard? {
        while let heard = await next() {
            if condition(heard) { return heard }
        }
        return nil
    }
}
