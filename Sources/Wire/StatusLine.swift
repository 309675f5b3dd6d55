/// Parses a status line (RFC 9112 §4): HTTP-version SP 3DIGIT [SP reason-phrase] CRLF.
struct StatusLine {
    /// What is read.
    let bytes: Octets
    /// Offset just past the line, once it is complete.
    var end = 0

    /// Reads the line into `head`: version, status and reason.
    ///
    /// The space before an absent reason may be missing: servers that leave it out are many, and no two parsers differ on
    /// what they mean.
    @inline(__always)
    mutating func parse(into head: inout ResponseHead) -> HeadOutcome {
        switch VersionToken.parse(bytes, at: 0) {
        case .minor(let minor): head.minorVersion = minor
        case .incomplete: return .incomplete
        case .rejected(let rejection): return .rejected(rejection)
        }
        var index = VersionToken.count
        guard index < bytes.count else { return .incomplete }
        guard bytes[index] == Octet.space else { return .rejected(.malformedStartLine) }
        index += 1
        var status: UInt16 = 0
        let digitsEnd = index + 3
        while index < digitsEnd {
            guard index < bytes.count else { return .incomplete }
            let digit = bytes[index] &- Octet.zero
            guard digit < 10 else { return .rejected(.badStatus) }
            status = status * 10 + UInt16(digit)
            index += 1
        }
        guard status >= 100, status <= 599 else { return .rejected(.badStatus) }
        head.status = status
        guard index < bytes.count else { return .incomplete }
        if bytes[index] == Octet.space {
            let reasonStart = index + 1
            index = Scan.valueEnd(bytes, from: reasonStart)
            head.reason = ByteRange(from: reasonStart, to: index)
        } else if Octet.isDigit(bytes[index]) {
            return .rejected(.badStatus)
        }
        end = index + 2
        return LineEnd.check(bytes, at: index, otherwise: .malformedStartLine)
    }
}
