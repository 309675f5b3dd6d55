/// Host names in the form that tables are keyed by: lower case, no trailing dot, no port, A-labels.
public enum HostName {
    /// The most octets that a host name may have (RFC 1035 §2.3.4, with room for a bracketed IPv6 address).
    public static let maximumCount = 255

    /// Lower-cases `host` into `output` and drops one trailing dot.
    ///
    /// The two may be the same memory.
    ///
    /// - Returns: the octets written, or -1 if `host` does not fit into `output`.
    public static func normalize(_ host: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        guard let bytes = unsafe Octets(host), let target = output.baseAddress else {
            return unsafe host.isEmpty ? 0 : -1
        }
        let count = bytes[bytes.count &- 1] == Octet.dot ? bytes.count &- 1 : bytes.count
        guard count <= output.count else { return -1 }
        var index = 0
        while index <= count &- 8 {
            let word = bytes.word(at: index)
            // A capital letter is a letter with bit 5 clear; what is added is bit 5 of exactly those.
            let capitals = (Swar.letters(word) &>> 2) & ~word
            unsafe target.storeBytes(of: (word | capitals).littleEndian, toByteOffset: index, as: UInt64.self)
            index &+= 8
        }
        while index < count {
            unsafe output[index] = Octet.lowercased(bytes[index])
            index &+= 1
        }
        return count
    }

    /// Splits `host[:port]` as Host fields carry it.
    ///
    /// - Returns: how many octets the host has (brackets included) and the port, -1 if there is none; or nil if
    ///   `authority` is malformed.
    public static func split(_ authority: UnsafeRawBufferPointer) -> (hostCount: Int, port: Int)? {
        guard let bytes = unsafe Octets(authority),
            let parsed = Authority.parse(ByteRange(from: 0, to: bytes.count), in: bytes)
        else { return nil }
        return (parsed.hostCount, Int(parsed.port))
    }
}
