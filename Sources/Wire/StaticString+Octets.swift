/// Literals as octets. The optimiser reads them at compile time: a comparison with `word` is one with a constant.
extension StaticString {
    /// The octet at `index`.
    @inline(__always)
    func octet(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < utf8CodeUnitCount)
        return unsafe utf8Start[index]
    }

    /// The literal's eight octets, the first one in the low bits; shorter names are padded with `\0`.
    @inline(__always)
    var word: UInt64 {
        precondition(utf8CodeUnitCount == 8)
        return unsafe UInt64(littleEndian: UnsafeRawPointer(utf8Start).loadUnaligned(as: UInt64.self))
    }
}
