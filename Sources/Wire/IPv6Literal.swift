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
                guard IPv4Literal.value(bytes, from: groupStart, to: end) != nil else { return false }
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

    /// The address that the octets spell, its first octet the highest; nil if they are none.
    static func value(_ bytes: Octets, from start: Int, to end: Int) -> (high: UInt64, low: UInt64)? {
        guard start < end, isValid(bytes, from: start, to: end) else { return nil }
        // Groups before the gap, and those since it.
        var before: UInt128 = 0
        var after: UInt128 = 0
        var afterCount = 0
        var beforeCount = 0
        var sawGap = false
        var index = start
        while index < end {
            if bytes[index] == Octet.colon {
                sawGap = sawGap || (index + 1 < end && bytes[index + 1] == Octet.colon)
                index += 1
                continue
            }
            let first = index
            var group: UInt128 = 0
            while index < end, bytes[index] != Octet.colon, bytes[index] != Octet.dot {
                group = group << 4 | UInt128(Octet.hexValue(bytes[index]))
                index += 1
            }
            var groups = 1
            if index < end, bytes[index] == Octet.dot {
                guard let quad = IPv4Literal.value(bytes, from: first, to: end) else { return nil }
                group = UInt128(quad)
                groups = 2
                index = end
            }
            if sawGap {
                after = after << UInt128(16 * groups) | group
                afterCount += groups
            } else {
                before = before << UInt128(16 * groups) | group
                beforeCount += groups
            }
        }
        let shift = 128 - 16 * beforeCount
        let whole = (shift < 128 ? before << UInt128(shift) : 0) | after
        return (UInt64(truncatingIfNeeded: whole >> 64), UInt64(truncatingIfNeeded: whole))
    }
}
