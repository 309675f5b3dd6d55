/// SipHash-2-4: a hash that nobody can foresee who does not know its key, so that no client can choose another's bucket.
///
/// The construction is Aumasson's and Bernstein's; with `isWide` a second word follows, as their reference has it.
struct KeyedHash {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64
    private let isWide: Bool
    /// Octets that make no whole word yet, and how many octets came in all.
    private var tail: UInt64 = 0
    private var count: UInt64 = 0

    /// The key, of 128 bits.
    struct Key: Sendable {
        let first: UInt64
        let second: UInt64

        /// From the system's generator.
        static func random() -> Key {
            var system = SystemRandomNumberGenerator()
            return Key(first: system.next(), second: system.next())
        }
    }

    init(key: Key, isWide: Bool = false) {
        v0 = key.first ^ 0x736f_6d65_7073_6575
        v1 = key.second ^ 0x646f_7261_6e64_6f6d
        v2 = key.first ^ 0x6c79_6765_6e65_7261
        v3 = key.second ^ 0x7465_6462_7974_6573
        self.isWide = isWide
        if isWide { v1 ^= 0xee }
    }

    /// Takes `bytes`; what was taken before and after stands beside them without a mark between.
    mutating func take(_ bytes: UnsafeRawBufferPointer) {
        var index = 0
        while index < bytes.count {
            if count & 7 == 0, bytes.count - index >= 8 {
                mix(UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)))
                index += 8
                count += 8
                continue
            }
            tail |= UInt64(unsafe bytes[index]) << (8 * (count & 7))
            index += 1
            count += 1
            if count & 7 == 0 {
                mix(tail)
                tail = 0
            }
        }
    }

    /// Takes a number as eight octets.
    mutating func take(_ number: UInt64) {
        unsafe withUnsafeBytes(of: number.littleEndian) { unsafe take($0) }
    }

    /// The hash; the second word is 0 unless it is wide.
    consuming func finish() -> (UInt64, UInt64) {
        mix(tail | count << 56)
        v2 ^= isWide ? 0xee : 0xff
        for _ in 0..<4 { round() }
        let first = v0 ^ v1 ^ v2 ^ v3
        guard isWide else { return (first, 0) }
        v1 ^= 0xdd
        for _ in 0..<4 { round() }
        return (first, v0 ^ v1 ^ v2 ^ v3)
    }

    private mutating func mix(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    private mutating func round() {
        func turn(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
        v0 = v0 &+ v1
        v1 = turn(v1, 13) ^ v0
        v0 = turn(v0, 32)
        v2 = v2 &+ v3
        v3 = turn(v3, 16) ^ v2
        v0 = v0 &+ v3
        v3 = turn(v3, 21) ^ v0
        v2 = v2 &+ v1
        v1 = turn(v1, 17) ^ v2
        v2 = turn(v2, 32)
    }
}
