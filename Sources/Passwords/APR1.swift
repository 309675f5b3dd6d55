/// Apache's variant of MD5-crypt: a thousand rounds of MD5 over salt and password, which libcrypt does not know.
enum APR1 {
    private static let mark = Array("$apr1$".utf8)
    private static let alphabet = Array("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// The hash of `password` with the salt of `hash`, which has this scheme.
    static func hash(_ password: [UInt8], like hash: [UInt8]) -> [UInt8] {
        let salt = Array(hash.dropFirst(mark.count).prefix { $0 != UInt8(ascii: "$") }.prefix(8))
        var state = Digest.md5(first(password, salt))
        guard state.count == 16 else { return [] }
        for round in 0..<1_000 {
            var octets = round & 1 == 1 ? password : state
            if round % 3 != 0 { octets += salt }
            if round % 7 != 0 { octets += password }
            octets += round & 1 == 1 ? state : password
            state = Digest.md5(octets)
        }
        return mark + salt + [UInt8(ascii: "$")] + encode(state)
    }

    private static func first(_ password: [UInt8], _ salt: [UInt8]) -> [UInt8] {
        let inner = Digest.md5(password + salt + password)
        var octets = password + mark + salt
        var left = password.count
        while left > 0 {
            octets += inner.prefix(min(16, left))
            left -= 16
        }
        // A zero, or the password's first octet, by the bits of its length.
        var bits = password.count
        while bits != 0 {
            octets.append(bits & 1 == 1 ? 0 : password.first ?? 0)
            bits >>= 1
        }
        return octets
    }

    /// Sixteen octets in the order and alphabet of crypt.
    private static func encode(_ octets: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        func put(_ bits: UInt32, _ count: Int) {
            for place in 0..<count { text.append(alphabet[Int(bits >> UInt32(6 * place) & 63)]) }
        }
        for (high, middle, low) in [(0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)] {
            put(UInt32(octets[high]) << 16 | UInt32(octets[middle]) << 8 | UInt32(octets[low]), 4)
        }
        put(UInt32(octets[11]), 2)
        return text
    }
}
