/// Octets that wait: read and not yet understood, or written and not yet taken by the peer.
///
/// Invariants: `base` is nil or owns `capacity` octets from ``BufferPool``; `start <= end <= capacity`. A trivial value so
/// that connections stay trivial; whoever holds it gives it back to the pool.
@safe
@frozen
public struct Buffer {
    /// The memory, nil when the buffer owns none.
    public var base: UnsafeMutableRawPointer?
    /// Offset of the first waiting octet.
    public var start: UInt32 = 0
    /// Offset past the last waiting octet.
    public var end: UInt32 = 0
    /// Octets at `base`.
    public var capacity: UInt32 = 0

    /// A buffer without memory.
    @inlinable
    public init() {
        unsafe base = nil
    }

    /// Octets that wait.
    @inlinable
    public var count: Int { Int(end &- start) }

    /// Whether nothing waits.
    @inlinable
    public var isEmpty: Bool { start == end }

    /// Octets that can still be appended.
    @inlinable
    public var room: Int { Int(capacity &- end) }

    /// The waiting octets.
    @inlinable
    public var bytes: UnsafeMutableRawBufferPointer {
        guard let base = unsafe base else { return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeMutableRawBufferPointer(start: base + Int(start), count: count)
    }

    /// Drops the first `count` waiting octets.
    @inlinable
    public mutating func consume(_ count: Int) {
        precondition(count <= self.count)
        start &+= UInt32(truncatingIfNeeded: count)
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Appends `bytes`, for which there must be room.
    @inlinable
    public mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        precondition(bytes.count <= room)
        guard let base = unsafe base else { return }
        unsafe (base + Int(end)).copyMemory(from: source, byteCount: bytes.count)
        end &+= UInt32(truncatingIfNeeded: bytes.count)
    }

    /// Appends one octet, for which there must be room.
    @inlinable
    public mutating func append(byte: UInt8) {
        precondition(room >= 1)
        guard let base = unsafe base else { return }
        unsafe base.storeBytes(of: byte, toByteOffset: Int(end), as: UInt8.self)
        end &+= 1
    }

    /// Appends text that was known at build time, for which there must be room.
    @inlinable
    public mutating func append(_ text: StaticString) {
        unsafe append(text.octets)
    }

    /// Appends a decimal number.
    public mutating func append(decimal number: UInt64) {
        precondition(room >= 20)
        guard let base = unsafe base else { return }
        var digits = 1
        var rest = number
        while rest >= 10 {
            rest /= 10
            digits += 1
        }
        rest = number
        for place in stride(from: digits - 1, through: 0, by: -1) {
            unsafe base.storeBytes(of: UInt8(48 + rest % 10), toByteOffset: Int(end) + place, as: UInt8.self)
            rest /= 10
        }
        end &+= UInt32(digits)
    }

    /// Appends eight lower-case hexadecimal digits, all at once: each nibble in an octet of its own, then made a digit.
    public mutating func append(hexadecimalOf number: UInt32) {
        precondition(room >= 8)
        guard let base = unsafe base else { return }
        var digits = UInt64(number)
        digits = (digits & 0xffff_0000) << 16 | digits & 0xffff
        digits = (digits & 0x0000_ff00_0000_ff00) << 8 | digits & 0x0000_00ff_0000_00ff
        digits = (digits & 0x00f0_00f0_00f0_00f0) << 4 | digits & 0x000f_000f_000f_000f
        // Ten and more carry into the upper nibble when six is added: those are letters, 39 further on.
        let letters = (digits &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        digits = digits &+ 0x3030_3030_3030_3030 &+ letters &* 39
        unsafe base.storeBytes(of: digits.bigEndian, toByteOffset: Int(end), as: UInt64.self)
        end &+= 8
    }

    /// Appends a number in lower-case hexadecimal without leading zeros.
    public mutating func append(hexadecimal number: UInt64) {
        precondition(room >= 16)
        guard let base = unsafe base else { return }
        let digits = max(1, (64 - number.leadingZeroBitCount + 3) / 4)
        var rest = number
        for place in stride(from: digits - 1, through: 0, by: -1) {
            let digit = UInt8(truncatingIfNeeded: rest & 15)
            unsafe base.storeBytes(
                of: digit < 10 ? 48 + digit : 87 + digit, toByteOffset: Int(end) + place, as: UInt8.self)
            rest >>= 4
        }
        end &+= UInt32(digits)
    }
}

/// Memory for ``Buffer``: three sizes, kept for reuse up to a bound, so that the steady state allocates nothing.
@safe
public struct BufferPool: ~Copyable {
    /// Octets of the three sizes: a head, a large head, a worker's whole read.
    @usableFromInline
    static var sizes: (Int, Int, Int) { (4 << 10, 32 << 10, 160 << 10) }
    /// The most buffers kept of each size: 1 MiB, 1 MiB, 2.5 MiB a worker.
    @usableFromInline
    static var kept: (Int, Int, Int) { (256, 32, 16) }

    @usableFromInline
    var free: (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?)
    @usableFromInline
    var freeCount = (0, 0, 0)

    /// Octets that buffers out of the pool hold now.
    public private(set) var bytesOut = 0

    /// An empty pool.
    public init() {
        unsafe free = (nil, nil, nil)
    }

    deinit {
        unsafe Self.freeAll(free.0)
        unsafe Self.freeAll(free.1)
        unsafe Self.freeAll(free.2)
    }

    private static func freeAll(_ first: UnsafeMutableRawPointer?) {
        var next = unsafe first
        while let memory = unsafe next {
            unsafe next = memory.load(as: UnsafeMutableRawPointer?.self)
            unsafe memory.deallocate()
        }
    }

    /// An empty buffer with room for at least `capacity` octets.
    public mutating func take(_ capacity: Int) -> Buffer {
        var buffer = Buffer()
        let size: Int
        if capacity <= Self.sizes.0 {
            size = Self.sizes.0
            unsafe buffer.base = Self.pop(&free.0, &freeCount.0)
        } else if capacity <= Self.sizes.1 {
            size = Self.sizes.1
            unsafe buffer.base = Self.pop(&free.1, &freeCount.1)
        } else {
            size = max(capacity, Self.sizes.2)
            if size == Self.sizes.2 { unsafe buffer.base = Self.pop(&free.2, &freeCount.2) }
        }
        if unsafe buffer.base == nil {
            unsafe buffer.base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        }
        buffer.capacity = UInt32(size)
        bytesOut += size
        return buffer
    }

    /// Takes the buffer's memory back and leaves it empty.
    public mutating func give(_ buffer: inout Buffer) {
        guard let base = unsafe buffer.base else { return }
        bytesOut -= Int(buffer.capacity)
        switch Int(buffer.capacity) {
        case Self.sizes.0 where freeCount.0 < Self.kept.0: unsafe Self.push(base, &free.0, &freeCount.0)
        case Self.sizes.1 where freeCount.1 < Self.kept.1: unsafe Self.push(base, &free.1, &freeCount.1)
        case Self.sizes.2 where freeCount.2 < Self.kept.2: unsafe Self.push(base, &free.2, &freeCount.2)
        default: unsafe base.deallocate()
        }
        buffer = Buffer()
    }

    /// Makes sure that `more` octets can be appended to `buffer`, moving it to a larger one if they cannot.
    public mutating func reserve(_ more: Int, in buffer: inout Buffer) {
        if buffer.room >= more { return }
        if buffer.count + more <= Int(buffer.capacity), let base = unsafe buffer.base {
            unsafe base.copyMemory(from: base + Int(buffer.start), byteCount: buffer.count)
            buffer.end = UInt32(buffer.count)
            buffer.start = 0
            return
        }
        var larger = take(buffer.count + more)
        unsafe larger.append(UnsafeRawBufferPointer(buffer.bytes))
        give(&buffer)
        buffer = larger
    }

    private static func pop(_ head: inout UnsafeMutableRawPointer?, _ count: inout Int) -> UnsafeMutableRawPointer? {
        guard let memory = unsafe head else { return nil }
        unsafe head = memory.load(as: UnsafeMutableRawPointer?.self)
        count -= 1
        return unsafe memory
    }

    private static func push(
        _ memory: UnsafeMutableRawPointer, _ head: inout UnsafeMutableRawPointer?, _ count: inout Int
    ) {
        unsafe memory.storeBytes(of: head, as: UnsafeMutableRawPointer?.self)
        unsafe head = unsafe memory
        count += 1
    }
}
