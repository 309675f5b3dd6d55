internal import Synchronization

/// The ``DurationHistogram``s of one worker, by the slots of services: only the worker writes them and anyone may read.
///
/// Safety: as ``TrafficCells``: a page, once published, is never moved or freed before the object, and each word is atomic.
@safe
final class DurationCells: @unchecked Sendable {
    /// Words of a slot: the ranges' counts, then the sum; a whole number of cache lines.
    private static let wordsPerSlot = 40
    private static let sumWord = DurationHistogram.boundCount + 1
    private static let slotsPerPage = 64
    /// Slots beyond have none: at 320 octets each, a worker's take 1.3 MB at the most.
    static let slotLimit = 4096

    private let pages: UnsafeMutablePointer<Atomic<UInt>>
    private static var pageLimit: Int { slotLimit / slotsPerPage }

    init() {
        unsafe pages = .allocate(capacity: Self.pageLimit)
        for index in 0..<Self.pageLimit { unsafe (pages + index).initialize(to: Atomic(0)) }
    }

    deinit {
        for index in 0..<Self.pageLimit { unsafe page(index)?.deallocate() }
        unsafe pages.deallocate()
    }

    private func page(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>>? {
        guard index >= 0, index < Self.pageLimit else { return nil }
        return unsafe UnsafeMutablePointer(bitPattern: pages[index].load(ordering: .acquiring))
    }

    /// Makes room for slots below `limit`, as far as there may be; for the worker alone.
    func reserve(_ limit: Int) {
        let needed = min(Self.pageLimit, (limit + Self.slotsPerPage - 1) / Self.slotsPerPage)
        for index in 0..<needed where unsafe page(index) == nil {
            let count = Self.slotsPerPage * Self.wordsPerSlot
            let fresh = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: count)
            for word in 0..<count { unsafe (fresh + word).initialize(to: Atomic(0)) }
            unsafe pages[index].store(UInt(bitPattern: fresh), ordering: .releasing)
        }
    }

    /// Counts a request of the slot's service; for the worker alone.
    @inline(__always)
    func add(nanoseconds: UInt64, to slot: Int) {
        guard slot >= 0, let page = unsafe page(slot / Self.slotsPerPage) else { return }
        let first = unsafe page + slot % Self.slotsPerPage * Self.wordsPerSlot
        let count = unsafe first + DurationHistogram.range(of: nanoseconds)
        unsafe count.pointee.store(count.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
        let sum = unsafe first + Self.sumWord
        unsafe sum.pointee.store(sum.pointee.load(ordering: .relaxed) &+ nanoseconds, ordering: .relaxed)
    }

    /// Adds a slot's counts as they stand; for any thread.
    ///
    /// - Returns: false where the slot has none.
    func read(_ slot: Int, into histogram: inout DurationHistogram) -> Bool {
        guard slot >= 0, let page = unsafe page(slot / Self.slotsPerPage) else { return false }
        let first = unsafe page + slot % Self.slotsPerPage * Self.wordsPerSlot
        for index in histogram.counts.indices {
            histogram.counts[index] &+= unsafe (first + index).pointee.load(ordering: .relaxed)
        }
        histogram.sum &+= unsafe (first + Self.sumWord).pointee.load(ordering: .relaxed)
        return true
    }
}
