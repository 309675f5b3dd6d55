import Glibc

/// Octets that tell their place in a large body: repeated after a prime number of them, so that no block passes for another.
enum Pattern {
    private static let period = 65_521
    private static let octets: [UInt8] = (0..<(6 * period)).map { UInt8(truncatingIfNeeded: $0 % period &* 31) }

    /// `count` octets, at most 256 KiB, from `offset` on.
    static func slice(at offset: Int, count: Int) -> [UInt8] {
        Array(octets[(offset % period)..<(offset % period + count)])
    }

    /// Whether `piece` is what stands at `offset`.
    static func matches(_ piece: ArraySlice<UInt8>, at offset: Int) -> Bool {
        guard piece.count <= 5 * period else { return false }
        return unsafe piece.withUnsafeBytes { piece in
            unsafe octets.withUnsafeBytes { all in
                guard let base = all.baseAddress, let start = piece.baseAddress else { return unsafe piece.isEmpty }
                return unsafe memcmp(base + offset % period, start, piece.count) == 0
            }
        }
    }
}
