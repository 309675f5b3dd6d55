extension Span where Element == UInt8 {
    /// Whether these octets have those of `part` at `start`.
    func begins(at start: Int, with part: Span<UInt8>) -> Bool {
        let count = part.count
        guard count <= self.count - start else { return false }
        let left = unsafe bytes
        let right = unsafe part.bytes
        var at = 0
        while at + 8 <= count {
            // Safety: the eight octets are within both spans, and any bit pattern is a UInt64.
            let isSame =
                unsafe left.unsafeLoadUnaligned(fromByteOffset: start + at, as: UInt64.self)
                == right.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self)
            guard isSame else { return false }
            at += 8
        }
        while at < count {
            guard self[start + at] == part[at] else { return false }
            at += 1
        }
        return true
    }
}
