internal import Synchronization

/// The counters of one worker: pages of cells that only the worker writes and anyone may read.
///
/// Safety: a page, once published in `pages`, is never moved or freed before the object; each counter is an atomic word,
/// written by one thread with plain stores and read by others with plain loads, so nothing is locked and nothing is torn.
@safe
final class TrafficCells: @unchecked Sendable {
    enum Counter: Int, CaseIterable {
        case requests, answers1, answers2, answers3, answers4, answers5, bytesIn, bytesOut, failures, retries
    }

    private static let countersPerCell = 16
    private static let cellsPerPage = 256
    private static let pageLimit = 8192

    private let pages: UnsafeMutablePointer<Atomic<UInt>>

    init() {
        unsafe pages = .allocate(capacity: Self.pageLimit)
        for index in 0..<Self.pageLimit { unsafe (pages + index).initialize(to: Atomic(0)) }
    }

    deinit {
        for index in 0..<Self.pageLimit {
            unsafe page(index)?.deallocate()
        }
        unsafe pages.deallocate()
    }

    private func page(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>>? {
        guard index >= 0, index < Self.pageLimit else { return nil }
        return unsafe UnsafeMutablePointer(bitPattern: pages[index].load(ordering: .acquiring))
    }

    /// Makes room for slots below `limit`; for the worker alone.
    func reserve(_ limit: Int) {
        let needed = min(Self.pageLimit, (limit + Self.cellsPerPage - 1) / Self.cellsPerPage)
        for index in 0..<needed where unsafe page(index) == nil {
            let count = Self.cellsPerPage * Self.countersPerCell
            let fresh = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: count)
            for counter in 0..<count { unsafe (fresh + counter).initialize(to: Atomic(0)) }
            unsafe pages[index].store(UInt(bitPattern: fresh), ordering: .releasing)
        }
    }

    /// Adds to a counter; for the worker alone.
    @inline(__always)
    func add(_ amount: UInt64, to counter: Counter, of slot: Int) {
        guard slot >= 0, let page = unsafe page(slot / Self.cellsPerPage) else { return }
        let place = unsafe page + (slot % Self.cellsPerPage * Self.countersPerCell + counter.rawValue)
        unsafe place.pointee.store(place.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// Counts an answer of `status`.
    @inline(__always)
    func answered(_ status: UInt16, of slot: Int) {
        guard let counter = Counter(rawValue: Int(status / 100)), status >= 100, status < 600 else { return }
        add(1, to: counter, of: slot)
    }

    /// The requests of a slot; for any thread.
    func requests(of slot: Int) -> UInt64 {
        guard slot >= 0, let page = unsafe page(slot / Self.cellsPerPage) else { return 0 }
        let first = unsafe page + slot % Self.cellsPerPage * Self.countersPerCell
        return unsafe (first + Counter.requests.rawValue).pointee.load(ordering: .relaxed)
    }

    /// A slot's counters as they stand; for any thread.
    func read(_ slot: Int, into counters: inout TrafficCounters) {
        guard slot >= 0, let page = unsafe page(slot / Self.cellsPerPage) else { return }
        let first = unsafe page + slot % Self.cellsPerPage * Self.countersPerCell
        func value(_ counter: Counter) -> UInt64 {
            unsafe (first + counter.rawValue).pointee.load(ordering: .relaxed)
        }
        counters.requests += value(.requests)
        for status in 0..<5 { counters.answers[status] += unsafe (first + 1 + status).pointee.load(ordering: .relaxed) }
        counters.bytesIn += value(.bytesIn)
        counters.bytesOut += value(.bytesOut)
        counters.failures += value(.failures)
        counters.retries += value(.retries)
    }
}
