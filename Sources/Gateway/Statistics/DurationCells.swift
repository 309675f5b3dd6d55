/// The ``DurationHistogram``s of one worker, by the slots of services: only the worker writes them and anyone may read.
final class DurationCells: Sendable {
    /// The ranges' counts, then the sum.
    private enum Layout: SlotLayout {
        static let wordsPerSlot = 40
        static let slotsPerPage = 64
        static let pageLimit = slotLimit / slotsPerPage
    }

    private static let sumWord = DurationHistogram.boundCount + 1
    /// Slots beyond have none: at 320 octets each, a worker's take 1.3 MB at the most.
    static let slotLimit = 4096

    private let pages = SlotPages<Layout>()

    /// Makes room for slots below `limit`, as far as there may be; for the worker alone.
    func reserve(_ limit: Int) { pages.reserve(limit) }

    /// Counts a request of the slot's service; for the worker alone.
    @inline(__always)
    func add(nanoseconds: UInt64, to slot: Int) {
        guard let words = pages.words(of: slot) else { return }
        words.add(1, at: DurationHistogram.range(of: nanoseconds))
        words.add(nanoseconds, at: Self.sumWord)
    }

    /// Adds a slot's counts as they stand; for any thread.
    ///
    /// - Returns: false where the slot has none.
    func read(_ slot: Int, into histogram: inout DurationHistogram) -> Bool {
        guard let words = pages.words(of: slot) else { return false }
        for index in histogram.counts.indices { histogram.counts[index] &+= words[index] }
        histogram.sum &+= words[Self.sumWord]
        return true
    }
}
