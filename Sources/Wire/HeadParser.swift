/// The strict HTTP/1 head parser: requests, responses and trailer sections, parsed in place.
///
/// It refuses what RFC 9112 calls an error and also what it lets a recipient repair: a message that two parsers may read
/// differently is one that can be smuggled. Only CRLF ends a line; names are tokens directly followed by the colon; values
/// hold no control octet but the tab; there is one Host, and at most one of Content-Length and Transfer-Encoding.
///
/// A call reads from the beginning of its bytes and keeps nothing: after `.incomplete` it is called again with more. What
/// a prefix is refused for, every continuation of it is refused for, so the outcome does not depend on how bytes arrive.
/// Nothing is allocated; all ranges are offsets into the bytes given. After a rejection, what the head holds of method and
/// target may be logged but not acted upon.
@frozen
public struct HeadParser: Sendable {
    /// The limits that it holds heads to.
    public var limits: HeadLimits

    /// A parser that holds heads to `limits`.
    public init(limits: HeadLimits) {
        self.limits = limits
    }

    /// Parses a request's head at the beginning of `bytes` (RFC 9112 §3).
    ///
    /// Up to two empty lines before it are passed over and count as part of the head.
    public func parseRequest(
        _ bytes: UnsafeRawBufferPointer, fields: FieldTable, head: inout RequestHead
    ) -> HeadOutcome {
        head = RequestHead()
        guard let octets = unsafe Octets(bytes, limit: limits.headBytes) else { return .incomplete }
        let outcome = request(octets, fields, &head)
        return outcome == .incomplete && octets.count >= limits.headBytes ? .rejected(.headTooLarge) : outcome
    }

    /// Parses a response's head at the beginning of `bytes`; `method` is the request's, which decides whether a body follows.
    public func parseResponse(
        _ bytes: UnsafeRawBufferPointer, to method: Method, fields: FieldTable, head: inout ResponseHead
    ) -> HeadOutcome {
        head = ResponseHead()
        guard let octets = unsafe Octets(bytes, limit: limits.headBytes) else { return .incomplete }
        let outcome = response(octets, method, fields, &head)
        return outcome == .incomplete && octets.count >= limits.headBytes ? .rejected(.headTooLarge) : outcome
    }

    /// Parses the trailer section that follows a last chunk: field lines up to and with the empty line (RFC 9112 §7.1.2).
    ///
    /// On `.complete`, `count` holds the fields and `consumed` the octets of the section. Fields that must not be sent
    /// there are marked `isHopByHop`: they are to be dropped, not merged.
    public func parseTrailers(
        _ bytes: UnsafeRawBufferPointer, fields: FieldTable, count: inout Int, consumed: inout Int
    ) -> HeadOutcome {
        count = 0
        consumed = 0
        guard let octets = unsafe Octets(bytes, limit: limits.headBytes) else { return .incomplete }
        var parser = FieldParser(bytes: octets, table: fields, nameLimit: limits.nameBytes, isTrailer: true)
        switch parser.parse(from: 0) {
        case .complete:
            TrailerFields.mark(fields, count: parser.count, in: octets)
            count = parser.count
            consumed = parser.end
            return .complete
        case .incomplete:
            return octets.count >= limits.headBytes ? .rejected(.headTooLarge) : .incomplete
        case .rejected(let rejection):
            return .rejected(rejection.isLimit ? rejection : .badTrailer)
        }
    }

    @inline(__always)
    private func request(_ bytes: Octets, _ table: FieldTable, _ head: inout RequestHead) -> HeadOutcome {
        var line = RequestLine(bytes: bytes, targetLimit: limits.targetBytes)
        let lineOutcome = line.parse(into: &head)
        guard lineOutcome == .complete else { return lineOutcome }
        if let rejection = RequestTarget.judge(bytes, &head) { return .rejected(rejection) }

        var parser = FieldParser(bytes: bytes, table: table, nameLimit: limits.nameBytes)
        let outcome = parser.parse(from: line.end)
        guard outcome == .complete else { return outcome }
        head.fieldCount = parser.count
        head.headCount = parser.end
        if let rejection = head.settle(parser.facts, bytes) { return .rejected(rejection) }
        if parser.facts.namesFields, !ConnectionOptions.mark(table, count: parser.count, in: bytes) {
            return .rejected(.tooManyFields)
        }
        return .complete
    }

    @inline(__always)
    private func response(
        _ bytes: Octets, _ method: Method, _ table: FieldTable, _ head: inout ResponseHead
    ) -> HeadOutcome {
        var line = StatusLine(bytes: bytes)
        let lineOutcome = line.parse(into: &head)
        guard lineOutcome == .complete else { return lineOutcome }

        var parser = FieldParser(bytes: bytes, table: table, nameLimit: limits.nameBytes)
        let outcome = parser.parse(from: line.end)
        guard outcome == .complete else { return outcome }
        head.fieldCount = parser.count
        head.headCount = parser.end
        if let rejection = head.settle(parser.facts, to: method) { return .rejected(rejection) }
        if head.status < 200 || head.status == 204 { head.dropContentLength(table) }
        if parser.facts.namesFields, !ConnectionOptions.mark(table, count: parser.count, in: bytes) {
            return .rejected(.tooManyFields)
        }
        return .complete
    }
}
