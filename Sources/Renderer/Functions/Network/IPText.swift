internal import Glibc

/// Addresses as text.
enum IPText {
    /// The octets of an IPv4 or IPv6 address; nil when `text` is none.
    static func octets(_ text: String) -> [UInt8]? {
        // Safety: the buffer holds the longer of both addresses.
        var buffer = [UInt8](repeating: 0, count: 16)
        if unsafe inet_pton(AF_INET, text, &buffer) == 1 { return Array(buffer.prefix(4)) }
        return unsafe inet_pton(AF_INET6, text, &buffer) == 1 ? buffer : nil
    }
}
