/// SipHash-2-4 with 128 bits (Aumasson and Bernstein, 2012): what it gives of a message, only who has the key can tell.
///
/// Written out here because routing has no library of cryptography; its input are names and addresses, once a compilation.
struct SipHash {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    private init(_ key: SipKey) {
        v0 = key.first ^ 0x736F_6D65_7073_6575
        v1 = key.second ^ 0x646F_7261_6E64_6F6D ^ 0xEE
        v2 = key.first ^ 0x6C79_6765_6E65_7261
        v3 = key.second ^ 0x7465_6462_7974_6573
    }

    /// The hash of `message` under `key`: two words, the first octets in the low bits of the first.
    static func hash(_ message: [UInt8], key: SipKey) -> (UInt64, UInt64) {
        var state = SipHash(key)
        var start = 0
        while message.count - start >= 8 {
            state.absorb(word(message[start..<start + 8]))
            start += 8
        }
        state.absorb(word(message[start...]) | UInt64(message.count & 0xFF) << 56)
        state.v2 ^= 0xEE
        state.rounds(4)
        let first = state.v0 ^ state.v1 ^ state.v2 ^ state.v3
        state.v1 ^= 0xDD
        state.rounds(4)
        return (first, state.v0 ^ state.v1 ^ state.v2 ^ state.v3)
    }

    private static func word(_ octets: ArraySlice<UInt8>) -> UInt64 {
        octets.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func absorb(_ word: UInt64) {
        v3 ^= word
        rounds(2)
        v0 ^= word
    }

    private mutating func rounds(_ count: Int) {
        for _ in 0..<count {
            v0 &+= v1
            v1 = Self.rotated(v1, 13) ^ v0
            v0 = Self.rotated(v0, 32)
            v2 &+= v3
            v3 = Self.rotated(v3, 16) ^ v2
            v0 &+= v3
            v3 = Self.rotated(v3, 21) ^ v0
            v2 &+= v1
            v1 = Self.rotated(v1, 17) ^ v2
            v2 = Self.rotated(v2, 32)
        }
    }

    private static func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 { word << count | word >> (64 - count) }
}

/// What sticky cookies are made with: whoever has it can tell which endpoint a cookie names, and make one.
public struct SipKey: Sendable, Equatable, Codable {
    /// The key's first eight octets, as a little-endian word.
    public var first: UInt64
    /// The other eight.
    public var second: UInt64

    /// A key of two words.
    public init(_ first: UInt64 = 0, _ second: UInt64 = 0) {
        self.first = first
        self.second = second
    }

    /// The key that `secret`, octets that nobody can guess, stands for.
    public init(secret: [UInt8]) {
        // Under a key that everybody knows this only gathers what is unknown of the secret into one size.
        let label = SipKey(0x7470_6F72_7469_636F, 0x7374_6963_6B79_2031)
        (first, second) = SipHash.hash(secret, key: label)
    }
}
