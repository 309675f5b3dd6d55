/// Tests on eight octets at a time, in an ordinary 64-bit register ("SIMD within a register").
///
/// Every mask has the high bit of each octet that was found set and nothing else; the lowest set bit belongs to the first
/// such octet. Masks called *first* are exact up to their first hit only: the borrow of a subtraction can mark octets
/// above it wrongly, which does not matter to a scan that stops there.
enum Swar {
    /// The high bit of every octet.
    @inline(__always)
    static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// `octet` in all eight places.
    @inline(__always)
    static func repeated(_ octet: UInt8) -> UInt64 { UInt64(octet) &* 0x0101_0101_0101_0101 }

    /// Octets below `bound` (at most 128): *first*.
    @inline(__always)
    static func firstBelow(_ word: UInt64, _ bound: UInt8) -> UInt64 {
        (word &- repeated(bound)) & ~word & highBits
    }

    /// Octets equal to `octet`: *first*.
    @inline(__always)
    static func firstEqual(_ word: UInt64, _ octet: UInt8) -> UInt64 {
        let difference = word ^ repeated(octet)
        return (difference &- repeated(1)) & ~difference & highBits
    }

    /// Octets equal to `octet`: exact in every place.
    @inline(__always)
    static func equal(_ word: UInt64, _ octet: UInt8) -> UInt64 {
        let difference = word ^ repeated(octet)
        return ~((difference & ~highBits) &+ ~highBits | difference | ~highBits)
    }

    /// Zero if all octets are printable ASCII or space (0x20 to 0x7E), which is the usual case; no mask otherwise.
    ///
    /// Taking away 0x20 borrows from what is below it; adding 1 carries 0x7F and what is above into the high bit.
    @inline(__always)
    static func notPrintable(_ word: UInt64) -> UInt64 {
        ((word &- repeated(0x20)) | (word &+ repeated(1))) & highBits
    }

    /// Octets that are ASCII letters: exact in every place.
    @inline(__always)
    static func letters(_ word: UInt64) -> UInt64 {
        let folded = (word | repeated(0x20)) & ~highBits
        let atLeastA = folded &+ repeated(0x80 - 0x61)
        let aboveZ = folded &+ repeated(0x80 - 0x7B)
        return atLeastA & ~aboveZ & ~word & highBits
    }

    /// How many octets lie before the first one of `mask`, which must not be zero.
    @inline(__always)
    static func index(_ mask: UInt64) -> Int { mask.trailingZeroBitCount &>> 3 }
}
