internal import FoundationEssentials
internal import Glibc

/// An address of one of the machine's network interfaces.
struct NetworkInterface: Sendable, Equatable {
    /// The interface's name.
    var name: String
    /// The address.
    var address: String
    /// Octets of the address: 4 or 16.
    var octets: [UInt8]
    /// Bits of the network's part.
    var prefix: Int
    /// Whether the interface is up.
    var isUp: Bool
    /// Whether it is the machine itself.
    var isLoopback: Bool

    /// Whether it is an IPv4 address.
    var isIPv4: Bool { octets.count == 4 }

    /// Whether the address is one of RFC 1918, RFC 6598 or RFC 4193, which are not routed in public.
    var isPrivate: Bool {
        if isIPv4 {
            switch (octets[0], octets[1]) {
            case (10, _), (172, 16...31), (192, 168), (100, 64...127): return true
            default: return false
            }
        }
        return octets[0] & 0xFE == 0xFC
    }

    /// Whether the address is valid on its link only.
    var isLinkLocal: Bool {
        isIPv4 ? octets[0] == 169 && octets[1] == 254 : octets[0] == 0xFE && octets[1] & 0xC0 == 0x80
    }

    /// All addresses of the machine's interfaces.
    static var all: [NetworkInterface] {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&first) == 0 else { return [] }
        defer { unsafe freeifaddrs(first) }
        var result: [NetworkInterface] = []
        var next = unsafe first
        while let entry = unsafe next {
            if let interface = unsafe NetworkInterface(entry) { result.append(interface) }
            unsafe next = entry.pointee.ifa_next
        }
        return result
    }

    init(name: String, address: String, octets: [UInt8], prefix: Int, isUp: Bool = true, isLoopback: Bool = false) {
        self.name = name
        self.address = address
        self.octets = octets
        self.prefix = prefix
        self.isUp = isUp
        self.isLoopback = isLoopback
    }

    private init?(_ entry: UnsafeMutablePointer<ifaddrs>) {
        guard let address = unsafe entry.pointee.ifa_addr, let octets = unsafe Self.octets(of: address) else {
            return nil
        }
        let mask = unsafe entry.pointee.ifa_netmask.flatMap { unsafe Self.octets(of: $0) } ?? []
        let flags = unsafe Int32(bitPattern: entry.pointee.ifa_flags)
        self.init(
            name: unsafe String(cString: entry.pointee.ifa_name), address: Self.text(of: octets), octets: octets,
            prefix: mask.reduce(0) { $0 + $1.nonzeroBitCount }, isUp: flags & Int32(IFF_UP) != 0,
            isLoopback: flags & Int32(IFF_LOOPBACK) != 0)
    }

    private static func octets(of address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
        switch Int32(unsafe address.pointee.sa_family) {
        case AF_INET:
            return unsafe address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                let bits = UInt32(bigEndian: unsafe pointer.pointee.sin_addr.s_addr)
                return (0..<4).map { UInt8(truncatingIfNeeded: bits >> UInt32(24 - 8 * $0)) }
            }
        case AF_INET6:
            return unsafe address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                unsafe withUnsafeBytes(of: pointer.pointee.sin6_addr) { unsafe Array($0) }
            }
        default: return nil
        }
    }

    private static func text(of octets: [UInt8]) -> String {
        if octets.count == 4 { return octets.map { String($0) }.joined(separator: ".") }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isDone = unsafe octets.withUnsafeBytes { bytes in
            unsafe inet_ntop(AF_INET6, bytes.baseAddress, &buffer, socklen_t(INET6_ADDRSTRLEN)) != nil
        }
        return isDone ? String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
    }

    /// The interface that packets to anywhere leave by, from the kernel's table of routes.
    static var defaultName: String? {
        guard let table = try? String(contentsOfFile: "/proc/net/route", encoding: .utf8) else { return nil }
        for line in table.split(separator: "\n").dropFirst() {
            let words = line.split(separator: "\t")
            if words.count > 7, words[1] == "00000000", words[7] == "00000000" { return String(words[0]) }
        }
        return nil
    }
}
