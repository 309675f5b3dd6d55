/// Parses a request line (RFC 9112 §3): method SP request-target SP HTTP-version CRLF, single spaces.
struct RequestLine {
    /// The most octets that a method may have; the longest registered one has 17 (UPDATEREDIRECTREF).
    static let methodLimit = 32
    /// Empty lines that are passed over before a request: some clients send one after a body (RFC 9112 §2.2).
    static let emptyLineLimit = 2

    /// What is read.
    let bytes: Octets
    /// The most octets that the target may have.
    let targetLimit: Int
    /// Offset just past the line, once it is complete.
    var end = 0

    /// Reads the line into `head`: method, target, path and query (as in origin-form), version.
    @inline(__always)
    mutating func parse(into head: inout RequestHead) -> HeadOutcome {
        var index = 0
        while index < bytes.count, bytes[index] < Octet.space, index < 2 * Self.emptyLineLimit {
            let line = LineEnd.check(bytes, at: index, otherwise: .badMethod)
            guard line == .complete else { return line }
            index += 2
        }
        let methodStart = index
        var hasUnderscore = false
        index = Scan.tokenEnd(bytes, from: index, sawUnderscore: &hasUnderscore)
        if index &- methodStart > Self.methodLimit { return .rejected(.badMethod) }
        guard index < bytes.count else { return .incomplete }
        guard bytes[index] == Octet.space, index > methodStart else {
            return .rejected(methodRejection(bytes[index], at: index, from: methodStart))
        }
        head.methodRange = ByteRange(from: methodStart, to: index)
        head.method = Method.lookup(bytes, start: methodStart, count: index &- methodStart)

        let targetStart = index &+ 1
        index = Scan.pathEnd(bytes, from: targetStart)
        let pathEnd = index
        if index < bytes.count, bytes[index] == Octet.question {
            head.hasQuery = true
            index = Scan.queryEnd(bytes, from: index &+ 1)
            head.query = ByteRange(from: pathEnd &+ 1, to: index)
        }
        if index &- targetStart > targetLimit { return .rejected(.targetTooLong) }
        guard index < bytes.count else { return .incomplete }
        guard bytes[index] == Octet.space, index > targetStart else {
            return .rejected(targetRejection(bytes[index], isEmpty: index == targetStart))
        }
        head.target = ByteRange(from: targetStart, to: index)
        head.path = ByteRange(from: targetStart, to: pathEnd)

        switch VersionToken.parse(bytes, at: index &+ 1) {
        case .minor(let minor): head.minorVersion = minor
        case .incomplete: return .incomplete
        case .rejected(let rejection): return .rejected(rejection)
        }
        index = index &+ 1 &+ VersionToken.count
        end = index &+ 2
        return LineEnd.check(bytes, at: index, otherwise: .malformedStartLine)
    }

    private func methodRejection(_ octet: UInt8, at index: Int, from start: Int) -> HeadRejection {
        switch octet {
        case Octet.lineFeed: .bareLineFeed
        case Octet.carriageReturn: .malformedStartLine
        default: .badMethod
        }
    }

    /// Why the octet that ends a target is not the space before the version.
    private func targetRejection(_ octet: UInt8, isEmpty: Bool) -> HeadRejection {
        switch octet {
        case Octet.lineFeed: .bareLineFeed
        // `GET /` is HTTP/0.9, where the line ends after the target.
        case Octet.carriageReturn: .malformedStartLine
        case Octet.space where isEmpty: .malformedStartLine
        default: .badTarget
        }
    }
}
