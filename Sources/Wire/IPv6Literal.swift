/// IPv6 addresses as they stand between brackets in an authority (RFC 3986 §3.2.2, RFC 4291 §2.2).
enum IPv6Literal {
    /// Whether the octets are an IPv6 address: eight groups, `::` at most once, the last two groups possibly as IPv4.
    ///
    /// Zone identifiers and IPvFuture are refused: neither means anything to a server that was reached already.
    static func isValid(_ bytes: Octets, from start: Int, to end: Int) -> Bool {
        var index = start
        var groups = 0
        var sawGap = false
        if end - start >= 2, bytes[start] == Octet.colon {
            guard bytes[start + 1] == Octet.colon else { return false }
            sawGap = true
            index += 2
            if index == end { return true }
        }
        while index < end {
            let groupStart = index
            while index < end, Octet.hexValue(bytes[index]) < 16 { index += 1 }
            if index < end, bytes[index] == Octet.dot {
                guard isIPv4(bytes, from: groupStart, to: end) else { return false }
                groups += 2
                index = end
                break
            }
            guard index > groupStart, index - groupStart <= 4 else { return false }
            groups += 1
            if index == end { break }
            guard groups < 8, bytes[index] == Octet.colon else { return false }
            index += 1
            guard index < end else { return false }
            if bytes[index] == Octet.colon {
                guard !sawGap else { return false }
                sawGap = true
                index += 1
                if index == end { break }
            }
        }
        return sawGap ? groups <= 7 : groups == 8
    }

    /// Whether the octets are four numbers up to 255 without leading zeroes.
    private static func isIPv4(_ bytes: Octets, from start: Int, to end: Int) -> Bool {
        var index = start
        var parts = 0
        while parts < 4 {
            let partStart = index
            var number = 0
            while index < end, index - partStart < 3, Octet.isDigit(bytes[index]) {
                number = number * 10 + Int(bytes[index] - Octet.zero)
                index += 1
            }
            guard index > partStart, number <= 255 else { return false }
            if bytes[partStart] == Octet.zero, index - partStart > 1 { return false }
            parts += 1
            if parts < 4 {
                guard index < end, bytes[index] == Octet.dot else { return false }
                index += 1
            }
        }
        return index == end
    }
}
