/// The counters of one worker, by slots: only the worker writes them and anyone may read.
final class TrafficCells: Sendable {
    enum Counter: Int, CaseIterable {
        case requests, answers1, answers2, answers3, answers4, answers5, bytesIn, bytesOut, failures, retries,
            nanoseconds
    }

    private enum Layout: SlotLayout {
        static let wordsPerSlot = 16
        static let slotsPerPage = 256
        static let pageLimit = 8192
    }

    private let pages = SlotPages<Layout>()

    /// Makes room for slots below `limit`; for the worker alone.
    func reserve(_ limit: Int) { pages.reserve(limit) }

    /// Adds to a counter; for the worker alone.
    @inline(__always)
    func add(_ amount: UInt64, to counter: Counter, of slot: Int) {
        pages.words(of: slot)?.add(amount, at: counter.rawValue)
    }

    /// Counts an answer of `status`.
    @inline(__always)
    func answered(_ status: UInt16, of slot: Int) {
        guard let counter = Counter(rawValue: Int(status / 100)), status >= 100, status < 600 else { return }
        add(1, to: counter, of: slot)
    }

    /// The requests of a slot; for any thread.
    func requests(of slot: Int) -> UInt64 { pages.words(of: slot)?[Counter.requests.rawValue] ?? 0 }

    /// A slot's counters as they stand; for any thread.
    func read(_ slot: Int, into counters: inout TrafficCounters) {
        guard let words = pages.words(of: slot) else { return }
        counters.requests += words[Counter.requests.rawValue]
        for status in 0..<5 { counters.answers[status] += words[Counter.answers1.rawValue + status] }
        counters.bytesIn += words[Counter.bytesIn.rawValue]
        counters.bytesOut += words[Counter.bytesOut.rawValue]
        counters.failures += words[Counter.failures.rawValue]
        counters.retries += words[Counter.retries.rawValue]
        counters.nanoseconds += words[Counter.nanoseconds.rawValue]
    }
}
