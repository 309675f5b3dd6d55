/// An IP address with a port, of either family: what the runtime API can give to a server.
struct HAProxyAddress: Sendable {
    /// The address as it was written, without brackets.
    let host: String
    /// Its 4 or 16 octets.
    let octets: [UInt8]
    /// 1 to 65535.
    let port: UInt16

    /// The address of a server line: `10.0.0.1:80`, `[fd00::1]:80`, either with `ipv4@` or `ipv6@` before it.
    ///
    /// Nil for all else that HAProxy takes: names, sockets, addresses without a port or with one that is mapped (`+1000`).
    init?(_ text: String) {
        var rest = text[...]
        var family: Int?
        if rest.hasPrefix("ipv4@") { family = 4 }
        if rest.hasPrefix("ipv6@") { family = 16 }
        if family != nil { rest = rest.dropFirst(5) }
        guard let colon = rest.lastIndex(of: ":"), let port = Self.port(rest[rest.index(after: colon)...]) else {
            return nil
        }
        var host = rest[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard let octets = Self.octets(host), family == nil || family == octets.count else { return nil }
        self.host = String(host)
        self.octets = octets
        self.port = port
    }

    /// An address whose octets are known; nil if `host` is none.
    init?(host: String, port: UInt16) {
        guard let octets = Self.octets(host[...]) else { return nil }
        self.host = host
        self.octets = octets
        self.port = port
    }

    /// The form that a server line has.
    var text: String { octets.count == 4 ? "\(host):\(port)" : "[\(host)]:\(port)" }

    /// A decimal number without a sign, as strict as the digits allow.
    private static func port(_ text: Substring) -> UInt16? {
        guard (1...5).contains(text.utf8.count), text.utf8.allSatisfy(isDigit), let port = UInt16(text), port > 0 else {
            return nil
        }
        return port
    }

    private static func isDigit(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }

    /// The octets of an address in text, either family.
    static func octets(_ text: Substring) -> [UInt8]? {
        text.contains(":") ? sixteen(text) : four(text)
    }

    /// Four decimal numbers; leading zeros, which some read as octal, are refused.
    private static func four(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var octets: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(isDigit), let octet = UInt8(part),
                part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0")
            else { return nil }
            octets.append(octet)
        }
        return octets
    }

    /// RFC 4291, section 2.2: eight groups, one run of zeros left out, the last two perhaps as an IPv4 address.
    private static func sixteen(_ text: Substring) -> [UInt8]? {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        var parts: [[UInt8]] = []
        for (index, half) in halves.enumerated() {
            guard let octets = groups(half, mayEndInFour: index == halves.count - 1) else { return nil }
            parts.append(octets)
        }
        guard let head = parts.first, let tail = parts.last else { return nil }
        if parts.count == 1 { return head.count == 16 ? head : nil }
        let missing = 16 - head.count - tail.count
        return missing >= 2 ? head + [UInt8](repeating: 0, count: missing) + tail : nil
    }

    private static func groups(_ text: Substring, mayEndInFour: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        var octets: [UInt8] = []
        for (index, group) in groups.enumerated() {
            if mayEndInFour, index == groups.count - 1, group.contains(".") {
                guard let last = four(group) else { return nil }
                octets += last
                continue
            }
            guard (1...4).contains(group.utf8.count), !group.hasPrefix("+"), !group.hasPrefix("-"),
                let value = UInt16(group, radix: 16)
            else { return nil }
            octets += [UInt8(value >> 8), UInt8(value & 0xff)]
        }
        return octets
    }
}

extension HAProxyAddress: Hashable {
    static func == (left: HAProxyAddress, right: HAProxyAddress) -> Bool {
        left.octets == right.octets && left.port == right.port
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(octets)
        hasher.combine(port)
    }
}
