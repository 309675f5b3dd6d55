internal import Synchronization

/// The ``DurationHistogram``s of one worker, by the slots of services or by listener: only the worker writes them and anyone
/// may read.
final class DurationCells: Sendable {
    /// The ranges' counts, then the sum.
    private enum Layout: SlotLayout {
        static let wordsPerSlot = 40
        static let slotsPerPage = 64
        static let pageLimit = slotLimit / slotsPerPage + 1
    }

    private static let sumWord = DurationHistogram.boundCount + 1
    /// Slots from here on share one histogram, that of this slot: at 320 octets each, a worker's take 5 MB at the most.
    static let slotLimit = 16_384

    private let pages = SlotPages<Layout>()

    /// Makes room for a slot, or for the one that it shares; for the worker alone.
    func reserve(_ slot: Int) { pages.reserve(page: min(slot, Self.slotLimit) / Layout.slotsPerPage) }

    /// Counts a request of the slot's; for the worker alone.
    @inline(__always)
    func add(nanoseconds: UInt64, to slot: Int) {
        guard let words = pages.words(of: min(slot, Self.slotLimit)) else { return }
        words.add(1, at: DurationHistogram.range(of: nanoseconds))
        words.add(nanoseconds, at: Self.sumWord)
    }

    /// Adds a slot's counts as they stand; for any thread.
    ///
    /// - Returns: false where the slot has none of its own.
    func read(_ slot: Int, into histogram: inout DurationHistogram) -> Bool {
        slot < Self.slotLimit && add(slot, to: &histogram)
    }

    /// Adds the counts of all slots that have none of their own; for any thread.
    func readOthers(into histogram: inout DurationHistogram) { _ = add(Self.slotLimit, to: &histogram) }

    private func add(_ slot: Int, to histogram: inout DurationHistogram) -> Bool {
        guard let words = pages.words(of: slot) else { return false }
        for index in histogram.counts.indices { histogram.counts[index] &+= words[index] }
        histogram.sum &+= words[Self.sumWord]
        return true
    }
}
