public import Wire

/// What of a request ties it to an endpoint.
extension ServiceAffinity {
    /// The hash of what the service is balanced by; 0 where the request has none, or the service is not.
    ///
    /// - Parameters:
    ///   - client: its address in memory order; nil: it has none, as a Unix socket's.
    ///   - host: in the form that tables are keyed by.
    ///   - path: in the form that is matched.
    ///   - query: what followed the `?`, without it.
    ///   - head: the head's octets, into which `fields` point.
    public func key(
        client: (high: UInt64, low: UInt64)?, host: RawSpan, path: RawSpan, query: RawSpan, hasQuery: Bool,
        head: RawSpan, fields: Span<HeaderField>
    ) -> UInt64 {
        switch source {
        case nil: return 0
        case .source: return client.map { KeyHash.hash(high: $0.high, low: $0.low) } ?? 0
        case .header:
            let wanted = name
            let lowered = unsafe wanted.span.bytes
            for index in fields.indices where Int(fields[index].nameCount) == name.count {
                let field = fields[index]
                if CaselessName.equal(head, Int(field.nameStart), lowered, 0, count: name.count) {
                    return Self.hash(head, Int(field.valueStart)..<Int(field.valueStart + field.valueCount))
                }
            }
            return 0
        case .cookie: return Self.hash(head, Self.cookie(name, head, fields))
        case .query:
            guard hasQuery else { return 0 }
            if name.isEmpty { return Self.hash(query, 0..<query.byteCount) }
            return Self.hash(query, Self.member(name, of: query, in: 0..<query.byteCount, separator: UInt8(ascii: "&")))
        case .path: return Self.hash(path, 0..<path.byteCount)
        case .uri:
            let first = Self.hash(path, 0..<path.byteCount)
            return hasQuery ? KeyHash.hash(high: first, low: Self.hash(query, 0..<query.byteCount)) : first
        case .host: return Self.hash(host, 0..<host.byteCount)
        }
    }

    /// The endpoint (an index into the table's) that the request's cookie names; -1 for none of the service's.
    public func named(head: RawSpan, fields: Span<HeaderField>) -> Int {
        endpoint(of: head.extracting(Self.cookie(cookie, head, fields)))
    }

    private static func hash(_ octets: RawSpan, _ range: Range<Int>) -> UInt64 {
        range.isEmpty ? 0 : KeyHash.hash(octets.extracting(range))
    }

    /// Where the value of the first cookie called `name` is that has one (RFC 6265 §4.2.1); empty if there is none.
    private static func cookie(_ name: [UInt8], _ head: RawSpan, _ fields: Span<HeaderField>) -> Range<Int> {
        for index in fields.indices where fields[index].name == .cookie {
            let field = fields[index]
            let value = member(
                name, of: head, in: Int(field.valueStart)..<Int(field.valueStart + field.valueCount),
                separator: UInt8(ascii: ";"))
            if !value.isEmpty { return value }
        }
        return 0..<0
    }

    /// Where the value of the first `name=value` is in a list whose members end at `separator`; blanks around members do not
    /// count.
    private static func member(
        _ name: [UInt8], of octets: RawSpan, in list: Range<Int>, separator: UInt8
    ) -> Range<Int> {
        let wanted = unsafe name.span.bytes
        var start = list.lowerBound
        while start < list.upperBound {
            while start < list.upperBound, octets[start] == 32 || octets[start] == 9 { start += 1 }
            var end = start
            while end < list.upperBound, octets[end] != separator { end += 1 }
            let value = start + name.count + 1
            if value <= end, octets[value - 1] == UInt8(ascii: "="),
                ByteHash.equal(octets, start, wanted, 0, count: name.count)
            {
                var last = end
                while last > value, octets[last - 1] == 32 || octets[last - 1] == 9 { last -= 1 }
                return value..<last
            }
            start = end + 1
        }
        return 0..<0
    }
}
