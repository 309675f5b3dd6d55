internal import Synchronization

/// How ``SlotPages`` are divided: known when they are compiled, for each count of a request looks its place up.
protocol SlotLayout {
    /// Words of a slot: whole cache lines, of 8 words.
    static var wordsPerSlot: Int { get }
    static var slotsPerPage: Int { get }
    static var pageLimit: Int { get }
}

/// Words of one worker by slots, in pages: only the worker writes them and anyone may read.
///
/// Safety: a page, once published in `pages`, is never moved or freed before this value is; each word is atomic, written by
/// one thread with plain stores and read by others with plain loads, so nothing is locked and nothing is torn.
@safe
struct SlotPages<Layout: SlotLayout>: ~Copyable, @unchecked Sendable {
    private let pages: UnsafeMutablePointer<Atomic<UInt>>

    init() {
        unsafe pages = .allocate(capacity: Layout.pageLimit)
        for index in 0..<Layout.pageLimit { unsafe (pages + index).initialize(to: Atomic(0)) }
    }

    deinit {
        for index in 0..<Layout.pageLimit { unsafe page(index)?.deallocate() }
        unsafe pages.deallocate()
    }

    @inline(__always)
    private func page(_ index: Int) -> UnsafeMutablePointer<Atomic<UInt64>>? {
        guard index >= 0, index < Layout.pageLimit else { return nil }
        return unsafe UnsafeMutablePointer(bitPattern: pages[index].load(ordering: .acquiring))
    }

    /// Makes room for slots below `limit`, as far as there may be; for the worker alone.
    func reserve(_ limit: Int) {
        let needed = min(Layout.pageLimit, (limit + Layout.slotsPerPage - 1) / Layout.slotsPerPage)
        for index in 0..<needed { reserve(page: index) }
    }

    /// Makes room for the slots of one page, if there may be such a page; for the worker alone.
    func reserve(page index: Int) {
        guard index >= 0, index < Layout.pageLimit, unsafe page(index) == nil else { return }
        let count = Layout.slotsPerPage * Layout.wordsPerSlot
        let fresh = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: count)
        for word in 0..<count { unsafe (fresh + word).initialize(to: Atomic(0)) }
        unsafe pages[index].store(UInt(bitPattern: fresh), ordering: .releasing)
    }

    /// The words of a slot; nil where it has no room.
    @inline(__always)
    func words(of slot: Int) -> SlotWords? {
        guard slot >= 0, let page = unsafe page(slot / Layout.slotsPerPage) else { return nil }
        return unsafe SlotWords(first: page + slot % Layout.slotsPerPage * Layout.wordsPerSlot)
    }
}

/// The words of one slot.
///
/// Safety: made by ``SlotPages`` for a slot of a page of theirs, and not kept for longer than they are; indices are below the
/// layout's `wordsPerSlot`.
@safe
struct SlotWords {
    private let first: UnsafeMutablePointer<Atomic<UInt64>>

    @inline(__always)
    fileprivate init(first: UnsafeMutablePointer<Atomic<UInt64>>) { unsafe self.first = unsafe first }

    /// A word as it stands; for any thread.
    @inline(__always)
    subscript(index: Int) -> UInt64 { unsafe (first + index).pointee.load(ordering: .relaxed) }

    /// Adds to a word; for the worker alone.
    @inline(__always)
    func add(_ amount: UInt64, at index: Int) {
        unsafe (first + index).pointee.addAlone(amount)
    }
}
