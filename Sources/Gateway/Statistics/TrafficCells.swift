/// The counters of one worker, by slots: only the worker writes them and anyone may read.
final class TrafficCells: Sendable {
    /// Two cache lines: what each request writes stands in the first, as far as it has room.
    enum Counter: Int, CaseIterable {
        case requests, answers1, answers2, answers3, answers4, answers5, bytesIn, bytesOut
        case ended, nanoseconds, failures, retries, opened, closed
    }

    /// What is counted of a request or session that has ended.
    struct Ended {
        /// Its answer's; 0 of those that have none.
        var status: UInt16 = 0
        var bytesIn: UInt64 = 0
        var bytesOut: UInt64 = 0
        /// How long it took.
        var nanoseconds: UInt64
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

    /// Counts the end of a request or session; for the worker alone.
    @inline(__always)
    func add(_ ended: Ended, to slot: Int) {
        guard let words = pages.words(of: slot) else { return }
        // The words of the classes stand in their order, behind that of requests.
        if ended.status >= 100, ended.status < 600 { words.add(1, at: Int(ended.status / 100)) }
        words.add(ended.bytesIn, at: Counter.bytesIn.rawValue)
        words.add(ended.bytesOut, at: Counter.bytesOut.rawValue)
        words.add(1, at: Counter.ended.rawValue)
        words.add(ended.nanoseconds, at: Counter.nanoseconds.rawValue)
    }

    /// The requests of a slot; for any thread.
    func requests(of slot: Int) -> UInt64 { pages.words(of: slot)?[Counter.requests.rawValue] ?? 0 }

    /// A slot's counters as they stand; for any thread.
    func read(_ slot: Int, into counters: inout TrafficCounters) {
        guard let words = pages.words(of: slot) else { return }
        // What has ended before what was begun: what is under way is their difference, and never less than nothing.
        counters.ended &+= words[Counter.ended.rawValue]
        counters.closed &+= words[Counter.closed.rawValue]
        counters.requests &+= words[Counter.requests.rawValue]
        for index in 0..<5 { counters.addAnswers(words[Counter.answers1.rawValue + index], at: index) }
        counters.bytesIn &+= words[Counter.bytesIn.rawValue]
        counters.bytesOut &+= words[Counter.bytesOut.rawValue]
        counters.nanoseconds &+= words[Counter.nanoseconds.rawValue]
        counters.failures &+= words[Counter.failures.rawValue]
        counters.retries &+= words[Counter.retries.rawValue]
        counters.opened &+= words[Counter.opened.rawValue]
    }
}
