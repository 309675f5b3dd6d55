internal import Glibc

/// Addresses as text, in the one form that they are compared in (RFC 5952 for IPv6, no brackets).
enum AddressText {
    /// The text of 4 or 16 octets; nil for another count.
    static func text(of octets: [UInt8]) -> String? {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        // Safety: the arrays outlive the call, which gets their true sizes.
        guard
            unsafe inet_ntop(
                octets.count == 4 ? AF_INET : AF_INET6, octets, &text, socklen_t(text.count)) != nil
        else { return nil }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The octets of an address in text, with or without brackets; nil if it is none.
    static func octets(of text: String) -> [UInt8]? {
        var bare = text[...]
        if bare.hasPrefix("["), bare.hasSuffix("]") { bare = bare.dropFirst().dropLast() }
        var octets = [UInt8](repeating: 0, count: 16)
        let isIPv6 = bare.contains(":")
        // Safety: the array has room for either kind.
        guard unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, String(bare), &octets) == 1 else { return nil }
        return isIPv6 ? octets : Array(octets.prefix(4))
    }
}
