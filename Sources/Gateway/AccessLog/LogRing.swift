internal import Synchronization

/// Log entries on their way from one worker to the writer: a ring of octets with one producer and one consumer.
///
/// Safety: `written` is stored by the worker alone and `taken` by the writer alone; the octets between them belong to the
/// writer, all others to the worker. The ring never blocks: an entry that does not fit is dropped and counted.
@safe
final class LogRing: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer
    private let mask: UInt64
    private let written = Atomic<UInt64>(0)
    private let taken = Atomic<UInt64>(0)
    let dropped = Atomic<UInt64>(0)
    let signal: LogSignal
    /// The share of requests that are logged, in 2^-32.
    let sample: UInt64
    /// Nanoseconds from which a request is logged in any case.
    let slow: UInt64

    init(count: Int, signal: LogSignal, sample: Double, slow: UInt64 = .max) {
        unsafe memory = .allocate(byteCount: count, alignment: 64)
        mask = UInt64(count - 1)
        self.signal = signal
        self.slow = slow
        self.sample = UInt64(max(0, min(1, sample)) * 4_294_967_296)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// Adds an entry; for the worker.
    func put(_ bytes: UnsafeRawBufferPointer) {
        let end = written.load(ordering: .relaxed)
        let free = unsafe UInt64(memory.count) - (end &- taken.load(ordering: .acquiring))
        guard UInt64(bytes.count) <= free else {
            dropped.add(1, ordering: .relaxed)
            return
        }
        let start = Int(end & mask)
        let first = unsafe min(bytes.count, memory.count - start)
        unsafe UnsafeMutableRawBufferPointer(rebasing: memory[start..<(start + first)])
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<first]))
        if first < bytes.count {
            unsafe memory.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[first...]))
        }
        written.store(end &+ UInt64(bytes.count), ordering: .releasing)
        signal.raise()
    }

    var isEmpty: Bool { written.load(ordering: .acquiring) == taken.load(ordering: .relaxed) }

    /// Takes all that is there; for the writer.
    func take(into bytes: inout [UInt8]) {
        let start = taken.load(ordering: .relaxed)
        let end = written.load(ordering: .acquiring)
        var place = start
        while place != end {
            let from = Int(place & mask)
            let count = unsafe min(Int(end &- place), memory.count - from)
            unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: memory[from..<(from + count)]))
            place &+= UInt64(count)
        }
        taken.store(end, ordering: .releasing)
    }
}
