/// A run of octets inside a head that was parsed in place: offsets, never pointers, so that it survives a move of the buffer.
@frozen
public struct ByteRange: Equatable, Sendable {
    /// Offset of the first octet from the head's first octet.
    public var start: UInt32
    /// Number of octets.
    public var count: UInt32

    /// The offset just past the last octet.
    @inlinable
    public var end: UInt32 { start &+ count }

    /// Whether there is nothing in it.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// A range of `count` octets from `start`.
    @inlinable
    public init(start: UInt32, count: UInt32) {
        self.start = start
        self.count = count
    }

    /// The empty range at the head's beginning.
    @inlinable
    public init() {
        start = 0
        count = 0
    }
}

extension ByteRange {
    /// The octets from `start` up to `end`.
    @inline(__always)
    init(from start: Int, to end: Int) {
        self.init(start: UInt32(truncatingIfNeeded: start), count: UInt32(truncatingIfNeeded: end &- start))
    }
}
