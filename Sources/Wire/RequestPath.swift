/// Request paths in the one form that both matching and forwarding use, so that no route can be passed by spelling.
public enum RequestPath {
    /// Whether `path` is already in that form: no `%`, no dot segment.
    ///
    /// Almost all are, and cost only this scan. It errs to one side: a segment that merely begins with a dot (`/.well-known`) is called not normal too, and comes
    /// out of ``normalize(_:into:)`` unchanged.
    public static func isNormal(_ path: UnsafeRawBufferPointer) -> Bool {
        guard let bytes = unsafe Octets(path) else { return true }
        var index = 0
        // Bit 7 if the octet before this word was a slash.
        var carry: UInt64 = 0
        while bytes.hasWord(at: index) {
            let word = bytes.word(at: index)
            let slashes = Swar.equal(word, Octet.slash)
            let dots = Swar.equal(word, Octet.dot) & (slashes &<< 8 | carry)
            if dots | Swar.equal(word, Octet.percent) != 0 { return false }
            carry = slashes &>> 56
            index &+= 8
        }
        var last: UInt8 = carry != 0 ? Octet.slash : 0
        while index < bytes.count {
            let octet = bytes[index]
            if octet == Octet.percent || (octet == Octet.dot && last == Octet.slash) { return false }
            last = octet
            index &+= 1
        }
        return true
    }

    /// Writes the normal form of `path` into `output`, which must be at least as large: percent-encoded unreserved octets
    /// decoded, the hex digits of the others upper-cased, dot segments resolved (RFC 3986 §6.2.2).
    ///
    /// Empty segments and encoded separators (`%2F`, `%5C`) are kept: only the endpoint knows what they mean to it.
    ///
    /// - Returns: the octets written, or -1 for a path that is refused: `%00`, a malformed `%`, one that climbs above `/`,
    ///   one with a dot segment that carries parameters (`..;x`, which servlet containers resolve and others do not), and
    ///   one that does not begin with `/` (but for the `*` of OPTIONS).
    public static func normalize(_ path: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Int {
        guard let bytes = unsafe Octets(path) else { return 0 }
        guard output.count >= bytes.count else { return -1 }
        if bytes[0] == Octet.asterisk, bytes.count == 1 {
            unsafe output[0] = Octet.asterisk
            return 1
        }
        guard bytes[0] == Octet.slash else { return -1 }
        let count = unsafe decode(bytes, into: output)
        return count < 0 ? -1 : unsafe removeDotSegments(output, count: count)
    }

    /// Decodes unreserved octets and upper-cases the digits of the rest; -1 for a malformed encoding or `%00`.
    private static func decode(_ bytes: Octets, into output: UnsafeMutableRawBufferPointer) -> Int {
        var index = 0
        var count = 0
        while index < bytes.count {
            let octet = bytes[index]
            if octet != Octet.percent {
                unsafe output[count] = octet
                count += 1
                index += 1
                continue
            }
            guard index + 2 < bytes.count else { return -1 }
            let high = Octet.hexValue(bytes[index + 1])
            let low = Octet.hexValue(bytes[index + 2])
            guard high < 16, low < 16 else { return -1 }
            let decoded = high << 4 | low
            if decoded == 0 { return -1 }
            // The unreserved octets are those that a host name may hold.
            if OctetSet.host.contains(decoded) {
                unsafe output[count] = decoded
                count += 1
            } else {
                unsafe output[count] = Octet.percent
                unsafe output[count + 1] = Octet.hexDigit(high)
                unsafe output[count + 2] = Octet.hexDigit(low)
                count += 3
            }
            index += 3
        }
        return count
    }

    /// Resolves `.` and `..` in place (RFC 3986 §5.2.4); -1 if the path climbs above its root.
    ///
    /// `written` never passes `index`, so that the segments can be moved down within the same buffer.
    private static func removeDotSegments(_ path: UnsafeMutableRawBufferPointer, count: Int) -> Int {
        var index = 0
        var written = 0
        while index < count {
            // A segment is a slash and what follows it up to the next.
            var end = index + 1
            while end < count, unsafe path[end] != Octet.slash { end += 1 }
            let dots = unsafe dotCount(path, from: index + 1, to: end)
            if dots < 0 { return -1 }
            if dots == 0 {
                while index < end {
                    unsafe path[written] = unsafe path[index]
                    written += 1
                    index += 1
                }
                continue
            }
            if dots == 2 {
                guard written > 0 else { return -1 }
                repeat { written -= 1 } while unsafe path[written] != Octet.slash
            }
            // A dot segment at the end leaves its slash behind: `/a/.` is the directory `/a/`.
            if end == count {
                unsafe path[written] = Octet.slash
                written += 1
            }
            index = end
        }
        return written
    }

    /// 1 or 2 for a dot segment, 0 for another one, -1 for a dot segment with parameters.
    private static func dotCount(_ path: UnsafeMutableRawBufferPointer, from start: Int, to end: Int) -> Int {
        var index = start
        while index < end, index - start < 3, unsafe path[index] == Octet.dot { index += 1 }
        let dots = index - start
        guard dots == 1 || dots == 2 else { return 0 }
        if index == end { return dots }
        return unsafe path[index] == Octet.semicolon ? -1 : 0
    }
}
