/// A read-only view of the bytes being parsed, checked at every access.
///
/// Invariant: `base` points to `count` readable octets for as long as the view is used, which is never longer than the call
/// that made it. Every read is checked against `count`, so that a mistake in a parser traps instead of reading on; in the
/// scanning loops the compiler proves the checks away.
@safe
struct Octets {
    private let base: UnsafeRawPointer
    /// Octets in the view.
    let count: Int
    /// The first index at which fewer than eight octets are left.
    private let wordLimit: Int

    /// The first `limit` octets of `bytes` (or all, if there are fewer); nil if there are none.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, limit: Int = .max) {
        guard let base = bytes.baseAddress, bytes.count > 0, limit > 0 else { return nil }
        unsafe self.base = base
        count = min(bytes.count, limit)
        wordLimit = max(0, count &- 7)
    }

    /// The octet at `index`.
    @inline(__always)
    subscript(index: Int) -> UInt8 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
        return unsafe base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// Whether there are eight octets from `index`.
    @inline(__always)
    func hasWord(at index: Int) -> Bool { UInt(bitPattern: index) < UInt(bitPattern: wordLimit) }

    /// The eight octets from `index`, the first one in the low bits.
    @inline(__always)
    func word(at index: Int) -> UInt64 {
        precondition(hasWord(at: index))
        return unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Up to eight octets from `index`, the first one in the low bits and zeroes above the last.
    @inline(__always)
    func word(at index: Int, count length: Int) -> UInt64 {
        if hasWord(at: index) {
            return word(at: index) & (length >= 8 ? ~0 : (1 &<< (UInt64(truncatingIfNeeded: length) &* 8)) &- 1)
        }
        return gather(at: index, count: min(length, 8))
    }

    /// The same near the end of the view, where eight octets cannot be read at once.
    private func gather(at index: Int, count length: Int) -> UInt64 {
        var word: UInt64 = 0
        var offset = 0
        while offset < length {
            word |= UInt64(self[index + offset]) &<< (UInt64(truncatingIfNeeded: offset) &* 8)
            offset += 1
        }
        return word
    }

    /// Whether the octets of `range` are `lowercase`, letters compared without case.
    func equals(_ range: ByteRange, _ lowercase: StaticString) -> Bool {
        guard Int(range.count) == lowercase.utf8CodeUnitCount else { return false }
        let start = Int(range.start)
        var offset = 0
        while offset < lowercase.utf8CodeUnitCount {
            guard Octet.lowercased(self[start + offset]) == lowercase.octet(offset) else { return false }
            offset += 1
        }
        return true
    }

    /// Whether two ranges hold the same octets, ASCII letters compared without case.
    func equals(_ left: ByteRange, _ right: ByteRange) -> Bool {
        guard left.count == right.count else { return false }
        var offset = 0
        while offset < Int(left.count) {
            guard Octet.lowercased(self[Int(left.start) + offset]) == Octet.lowercased(self[Int(right.start) + offset])
            else { return false }
            offset += 1
        }
        return true
    }
}
