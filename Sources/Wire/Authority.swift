/// `uri-host [":" port]` as Host and absolute-form targets carry it (RFC 9110 §7.2, RFC 3986 §3.2).
struct Authority: Equatable {
    /// Octets of the host, brackets included.
    var hostCount: Int
    /// The port, or -1 if none was given.
    var port: Int32

    /// Checks what lies at `range`; nil if it is no authority that a server could have been reached by.
    ///
    /// Refused besides what the grammar refuses: user information, percent-encodings and sub-delims, empty labels (`a..b`,
    /// `.a`), more than 255 octets.
    static func parse(_ range: ByteRange, in bytes: Octets) -> Authority? {
        let start = Int(range.start)
        let end = Int(range.end)
        guard start < end else { return nil }
        var index = start
        if bytes[index] == Octet.openBracket {
            while index < end, bytes[index] != Octet.closeBracket { index += 1 }
            guard index < end, IPv6Literal.isValid(bytes, from: start + 1, to: index) else { return nil }
            index += 1
        } else {
            // Starting from a dot refuses an empty first label in the same way as one in the middle.
            var last = Octet.dot
            while index < end, bytes[index] != Octet.colon {
                let octet = bytes[index]
                guard OctetSet.host.contains(octet), octet != Octet.dot || last != Octet.dot else { return nil }
                last = octet
                index += 1
            }
        }
        let hostCount = index - start
        guard hostCount > 0, hostCount <= HostName.maximumCount else { return nil }
        if index == end { return Authority(hostCount: hostCount, port: -1) }
        guard bytes[index] == Octet.colon, let port = parsePort(bytes, from: index + 1, to: end) else { return nil }
        return Authority(hostCount: hostCount, port: port)
    }

    /// Up to five digits that make a port; none (`example.com:`) is the grammar's way to write the default.
    private static func parsePort(_ bytes: Octets, from start: Int, to end: Int) -> Int32? {
        if start == end { return -1 }
        guard end - start <= 5 else { return nil }
        var port: Int32 = 0
        var index = start
        while index < end {
            guard Octet.isDigit(bytes[index]) else { return nil }
            port = port * 10 + Int32(bytes[index] - Octet.zero)
            index += 1
        }
        return port <= 65535 ? port : nil
    }
}
