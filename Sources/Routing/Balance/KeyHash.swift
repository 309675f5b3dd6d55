/// Hashes of what requests are balanced by: the same in every process, so that all edges choose alike and a restart moves nobody.
public enum KeyHash {
    private static let first: UInt64 = 0x8EBC_6AF0_9C88_C6E3
    private static let second: UInt64 = 0x5899_65CC_7537_4CC3

    /// The hash of a value; never 0, which stands for no key.
    public static func hash(_ bytes: RawSpan) -> UInt64 {
        max(1, ByteHash.wide(bytes, from: 0, count: bytes.byteCount, seed: first, salt: 1))
    }

    /// The hash of an address in memory order; never 0.
    public static func hash(high: UInt64, low: UInt64) -> UInt64 {
        max(1, mix(high, low ^ first))
    }

    /// `key` as one `seed` sees it: two seeds see unrelated numbers.
    @inline(__always)
    static func mix(_ key: UInt64, _ seed: UInt64) -> UInt64 {
        // Neither factor is the caller's: one that were 0 would make all keys alike.
        fold(fold(key ^ seed, first) ^ key, second)
    }

    /// What stands for an endpoint in these hashes: made of its address alone.
    static func seed(of address: EndpointAddress) -> UInt64 {
        mix(mix(address.high, address.low), UInt64(address.port) << 1 | (address.isIPv6 ? 1 : 0))
    }

    @inline(__always)
    private static func fold(_ value: UInt64, _ factor: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: factor)
        return product.high ^ product.low
    }
}
