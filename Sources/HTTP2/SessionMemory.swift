internal import CNghttp2
internal import Glibc

/// Memory for nghttp2: blocks by size, kept for reuse, so that streams come and go without an allocation.
///
/// Invariants: every block begins with its class and its size, 16 octets before what nghttp2 is given; a block on a
/// list is used by nobody. Owned by one thread, freed after the last session.
@safe
struct SessionMemory {
    /// The sizes that nghttp2's streams, frames, tables and its buffer of 16 KiB fit in; larger ones are the system's.
    private static let sizes: InlineArray<11, Int> = [64, 128, 192, 256, 512, 1024, 2048, 4096, 8192, 17_408, 32_768]
    /// The most octets kept of each class: a connection's dozen of blocks many times over.
    private static let keptBytes = 4 << 20
    private static let header = 16

    /// The lists' heads and the octets that they hold.
    @safe
    private struct Lists {
        var free = unsafe InlineArray<11, UnsafeMutableRawPointer?>(repeating: nil)
        var bytes = InlineArray<11, Int>(repeating: 0)
        /// Blocks that the system was asked for.
        var systemCount = 0
    }

    private let lists: UnsafeMutablePointer<Lists>
    /// What nghttp2 is given.
    let functions: UnsafeMutablePointer<nghttp2_mem>

    init() {
        unsafe lists = .allocate(capacity: 1)
        unsafe lists.initialize(to: Lists())
        unsafe functions = .allocate(capacity: 1)
        unsafe functions.initialize(
            to: nghttp2_mem(
                mem_user_data: lists, malloc: Self.allocate, free: Self.free, calloc: Self.allocateZeroed,
                realloc: Self.resize))
    }

    /// Blocks that the system was asked for so far: steady work asks for none.
    var systemCount: Int { unsafe lists.pointee.systemCount }

    func deallocate() {
        for index in 0..<Self.sizes.count {
            var next = unsafe lists.pointee.free[index]
            while let block = unsafe next {
                unsafe next = (block + Self.header).load(as: UnsafeMutableRawPointer?.self)
                unsafe Glibc.free(block)
            }
        }
        unsafe lists.deallocate()
        unsafe functions.deallocate()
    }

    /// The class for `size` octets, `sizes.count` for what the system has to give.
    private static func sizeClass(_ size: Int) -> Int {
        var index = 0
        while index < sizes.count, sizes[index] < size { index += 1 }
        return index
    }

    private static func take(_ size: Int, _ data: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let lists = unsafe data?.assumingMemoryBound(to: Lists.self) else { return nil }
        let index = sizeClass(size)
        var block: UnsafeMutableRawPointer?
        if index < sizes.count, let kept = unsafe lists.pointee.free[index] {
            unsafe lists.pointee.free[index] = (kept + header).load(as: UnsafeMutableRawPointer?.self)
            unsafe lists.pointee.bytes[index] -= sizes[index]
            unsafe block = unsafe kept
        } else {
            unsafe lists.pointee.systemCount += 1
            unsafe block = Glibc.malloc(header + (index < sizes.count ? sizes[index] : size))
        }
        guard let block = unsafe block else { return nil }
        unsafe block.storeBytes(of: index, as: Int.self)
        unsafe (block + 8).storeBytes(of: size, as: Int.self)
        return unsafe block + header
    }

    private static func give(_ memory: UnsafeMutableRawPointer?, _ data: UnsafeMutableRawPointer?) {
        guard let memory = unsafe memory, let lists = unsafe data?.assumingMemoryBound(to: Lists.self) else { return }
        let block = unsafe memory - header
        let index = unsafe block.load(as: Int.self)
        guard index < sizes.count, unsafe lists.pointee.bytes[index] < keptBytes else {
            unsafe Glibc.free(block)
            return
        }
        unsafe memory.storeBytes(of: lists.pointee.free[index], as: UnsafeMutableRawPointer?.self)
        unsafe lists.pointee.free[index] = unsafe block
        unsafe lists.pointee.bytes[index] += sizes[index]
    }

    private static let allocate: nghttp2_malloc = { size, data in unsafe take(size, data) }

    private static let free: nghttp2_free = { memory, data in unsafe give(memory, data) }

    private static let allocateZeroed: nghttp2_calloc = { count, size, data in
        let (bytes, overflows) = count.multipliedReportingOverflow(by: size)
        guard !overflows, let memory = unsafe take(bytes, data) else { return nil }
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        return unsafe memory
    }

    private static let resize: nghttp2_realloc = { memory, size, data in
        guard let memory = unsafe memory else { return unsafe take(size, data) }
        let block = unsafe memory - header
        let index = unsafe block.load(as: Int.self)
        let held = index < sizes.count ? sizes[index] : unsafe (block + 8).load(as: Int.self)
        if index < sizes.count, size <= held { return unsafe memory }
        guard let larger = unsafe take(size, data) else { return nil }
        unsafe larger.copyMemory(from: memory, byteCount: min(held, size))
        unsafe give(memory, data)
        return unsafe larger
    }
}
