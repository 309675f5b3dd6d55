/// A fast hash of octets, keyed by a secret so that nobody can choose names that collide.
///
/// Eight octets a step, each folded by a full 128-bit product (the construction that wyhash made known).
enum ByteHash {
    private static let first: UInt64 = 0xA076_1D64_78BD_642F
    private static let second: UInt64 = 0xE703_7ED1_A0B4_28DB

    /// The hash of `count` octets of `bytes` from `start`.
    ///
    /// `salt` tells key spaces apart that share a table.
    ///
    /// The octets must lie within `bytes`; loads outside of it trap.
    @inline(__always)
    static func hash(_ bytes: RawSpan, from start: Int, count: Int, seed: UInt64, salt: UInt32) -> UInt32 {
        let mixed = wide(bytes, from: start, count: count, seed: seed, salt: salt)
        return UInt32(truncatingIfNeeded: mixed ^ (mixed >> 32))
    }

    /// All 64 bits of the hash, as above.
    @inline(__always)
    static func wide(_ bytes: RawSpan, from start: Int, count: Int, seed: UInt64, salt: UInt32) -> UInt64 {
        var state = seed ^ (UInt64(salt) &* first)
        var position = start
        var rest = count
        while rest > 8 {
            state = fold(state ^ load64(bytes, position), first)
            position += 8
            rest -= 8
        }
        let tail: UInt64
        if rest >= 4 {
            tail = UInt64(load32(bytes, position)) | UInt64(load32(bytes, position + rest - 4)) << 32
        } else if rest > 0 {
            tail =
                UInt64(bytes[position]) | UInt64(bytes[position + rest / 2]) << 8
                | UInt64(bytes[position + rest - 1]) << 16
        } else {
            tail = 0
        }
        return fold(fold(state ^ tail, second) ^ UInt64(truncatingIfNeeded: count), first ^ seed)
    }

    /// Whether `count` octets of `bytes` from `start` and of `others` from `otherStart` are the same.
    @inline(__always)
    static func equal(_ bytes: RawSpan, _ start: Int, _ others: RawSpan, _ otherStart: Int, count: Int) -> Bool {
        var offset = 0
        while count - offset >= 8 {
            if load64(bytes, start + offset) != load64(others, otherStart + offset) { return false }
            offset += 8
        }
        while offset < count {
            if bytes[start + offset] != others[otherStart + offset] { return false }
            offset += 1
        }
        return true
    }

    @inline(__always)
    private static func fold(_ value: UInt64, _ factor: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }

    // Safety: any octets are a valid integer, and the load checks that they lie within the span.
    @inline(__always)
    private static func load64(_ bytes: RawSpan, _ position: Int) -> UInt64 {
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
    }

    @inline(__always)
    private static func load32(_ bytes: RawSpan, _ position: Int) -> UInt32 {
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt32.self)
    }
}

extension RawSpan {
    /// The octet at `position`, which must be within the span.
    @inline(__always)
    subscript(position: Int) -> UInt8 {
        // Safety: any octet is a valid UInt8, and the load checks the bounds.
        unsafe unsafeLoad(fromByteOffset: position, as: UInt8.self)
    }

    /// A copy of the octets.
    func octets() -> [UInt8] {
        unsafe withUnsafeBytes { unsafe Array($0) }
    }
}
