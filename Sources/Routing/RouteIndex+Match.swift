internal import Wire

// Spans cannot be kept in a value without an experimental feature, so they go from function to function one by one.
extension RouteIndex {
    /// See ``RoutingTable/match(host:path:method:methodName:head:fields:)``.
    func match(
        host: RawSpan, path: RawSpan, method: Method, methodName: RawSpan, head: RawSpan, fields: Span<HeaderField>
    ) -> RouteMatch {
        let path = path.byteCount > 0 ? path : unsafe pool.span.bytes.extracting(0..<1)
        var refused = false
        var trace = NoTrace()
        let route = route(
            host: host, path: path, method: method, methodName: methodName, head: head, fields: fields,
            refused: &refused, &trace)
        if route >= 0 { return .route(route) }
        return refused ? .methodNotAllowed : .noRoute
    }

    /// Walks through all that ``match(host:path:method:methodName:head:fields:)`` may come by, as long as `trace` wants.
    func walk<Trace: MatchTrace>(
        host: RawSpan, path: RawSpan, method: Method, methodName: RawSpan, head: RawSpan, fields: Span<HeaderField>,
        _ trace: inout Trace
    ) {
        let path = path.byteCount > 0 ? path : unsafe pool.span.bytes.extracting(0..<1)
        var refused = false
        _ = route(
            host: host, path: path, method: method, methodName: methodName, head: head, fields: fields,
            refused: &refused, &trace)
    }

    /// The route, or -1; `refused` is set if one matched but for the method.
    private func route<Trace: MatchTrace>(
        host: RawSpan, path: RawSpan, method: Method, methodName: RawSpan, head: RawSpan, fields: Span<HeaderField>,
        refused: inout Bool, _ trace: inout Trace
    ) -> Int {
        let count = host.byteCount
        let octets = unsafe pool.span.bytes
        if count > 0 {
            let exact = exactHosts.value(of: host, from: 0, count: count, salt: 0, pool: octets)
            if exact >= 0 {
                trace.reach(host: exact, by: .exact)
                let route = self.route(
                    at: exact, path: path, method: method, methodName: methodName, head: head, fields: fields,
                    refused: &refused, &trace)
                if route >= 0 { return route }
            }
            if !wildcards.isEmpty {
                // From left to right: the longest suffix first. A label must be left before it.
                var position = 1
                while position < count - 1 {
                    if host[position] == UInt8(ascii: "."), wildcardLengths.contains(count - position - 1) {
                        let wildcard = wildcards.value(
                            of: host, from: position + 1, count: count - position - 1, salt: 0, pool: octets)
                        if wildcard >= 0 {
                            trace.reach(host: wildcard, by: .wildcard(from: position + 1))
                            let route = self.route(
                                at: wildcard, path: path, method: method, methodName: methodName, head: head,
                                fields: fields, refused: &refused, &trace)
                            if route >= 0 { return route }
                        }
                    }
                    position += 1
                }
            }
            if !firstLabels.isEmpty {
                var end = 0
                while end < count, host[end] != UInt8(ascii: ".") { end += 1 }
                let label = firstLabels.value(of: host, from: 0, count: end, salt: 0, pool: octets)
                if label >= 0 {
                    trace.reach(host: label, by: .firstLabel(count: end))
                    let route = self.route(
                        at: label, path: path, method: method, methodName: methodName, head: head, fields: fields,
                        refused: &refused, &trace)
                    if route >= 0 { return route }
                }
            }
            for entry in hostRegexes where regexes[Int(entry.regex)].matches(host) {
                trace.reach(host: Int(entry.target), by: .regex(Int(entry.regex)))
                let route = self.route(
                    at: Int(entry.target), path: path, method: method, methodName: methodName, head: head,
                    fields: fields, refused: &refused, &trace)
                if route >= 0 { return route }
            }
        }
        guard anyHost >= 0 else { return -1 }
        trace.reach(host: Int(anyHost), by: .any)
        return self.route(
            at: Int(anyHost), path: path, method: method, methodName: methodName, head: head, fields: fields,
            refused: &refused, &trace)
    }

    /// The route of one host, or -1.
    private func route<Trace: MatchTrace>(
        at host: Int, path: RawSpan, method: Method, methodName: RawSpan, head: RawSpan, fields: Span<HeaderField>,
        refused: inout Bool, _ trace: inout Trace
    ) -> Int {
        let record = hosts.span[host]
        let count = path.byteCount
        let octets = unsafe pool.span.bytes
        if record.hasExact {
            let place = paths.value(
                of: path, from: 0, count: count, salt: Self.salt(host: host, isPrefix: false), pool: octets)
            if place >= 0 {
                trace.reach(place: place, by: .exact)
                let route = self.route(
                    in: place, method: method, methodName: methodName, head: head, fields: fields, refused: &refused,
                    &trace)
                if route >= 0 { return route }
            }
        }
        let salt = Self.salt(host: host, isPrefix: true)
        for index in Int(record.firstLength)..<Int(record.firstLength + record.lengthCount) {
            let length = Int(prefixLengths.span[index])
            // A prefix ends where a segment ends: before a slash, after one, or at the path's end.
            guard length <= count,
                length == count || path[length] == UInt8(ascii: "/") || path[length - 1] == UInt8(ascii: "/")
            else { continue }
            let place = paths.value(of: path, from: 0, count: length, salt: salt, pool: octets)
            guard place >= 0 else { continue }
            trace.reach(place: place, by: .prefix(count: length))
            let route = self.route(
                in: place, method: method, methodName: methodName, head: head, fields: fields, refused: &refused, &trace
            )
            if route >= 0 { return route }
        }
        for index in Int(record.firstRegex)..<Int(record.firstRegex + record.regexCount) {
            let entry = pathRegexes[index]
            guard regexes[Int(entry.regex)].matches(path) else { continue }
            trace.reach(place: Int(entry.target), by: .regex(Int(entry.regex)))
            let route = self.route(
                in: Int(entry.target), method: method, methodName: methodName, head: head, fields: fields,
                refused: &refused, &trace)
            if route >= 0 { return route }
        }
        guard record.anyPath >= 0 else { return -1 }
        trace.reach(place: Int(record.anyPath), by: .any)
        return self.route(
            in: Int(record.anyPath), method: method, methodName: methodName, head: head, fields: fields,
            refused: &refused, &trace)
    }

    /// The route among those with one host and path, or -1.
    private func route<Trace: MatchTrace>(
        in place: Int, method: Method, methodName: RawSpan, head: RawSpan, fields: Span<HeaderField>,
        refused: inout Bool, _ trace: inout Trace
    ) -> Int {
        let record = places.span[place]
        for index in Int(record.first)..<Int(record.first + record.count) {
            let route = Int(candidates.span[index])
            let wanted = conditions.span[route]
            if wanted.headerCount > 0 {
                let missing = missingHeader(wanted, head: head, fields: fields)
                if missing >= 0 {
                    trace.lacksHeader(missing, route: route)
                    continue
                }
            }
            if wanted.hasMethods, !admits(wanted, method: method, methodName: methodName) {
                refused = true
                trace.refusesMethod(route: route)
                continue
            }
            if trace.take(route: route) { return route }
        }
        return -1
    }

    private func admits(_ wanted: RouteConditions, method: Method, methodName: RawSpan) -> Bool {
        if method != .other {
            // Whoever answers GET answers HEAD (RFC 9110 §9.3.2).
            let bits = method == .head ? Method.head.bit | Method.get.bit : method.bit
            return wanted.methods & bits != 0
        }
        let octets = unsafe pool.span.bytes
        for index in Int(wanted.firstMethod)..<Int(wanted.firstMethod + wanted.methodCount) {
            let name = methodNames[index]
            guard Int(name.count) == methodName.byteCount else { continue }
            if ByteHash.equal(methodName, 0, octets, Int(name.start), count: Int(name.count)) { return true }
        }
        return false
    }

    /// The first condition on fields that does not hold, or -1.
    private func missingHeader(_ wanted: RouteConditions, head: RawSpan, fields: Span<HeaderField>) -> Int {
        for index in Int(wanted.firstHeader)..<Int(wanted.firstHeader + wanted.headerCount)
        where !hasHeader(headers[index], head: head, fields: fields) {
            return index
        }
        return -1
    }

    /// Whether one of the fields has the name and the value.
    private func hasHeader(_ wanted: HeaderCondition, head: RawSpan, fields: Span<HeaderField>) -> Bool {
        let octets = unsafe pool.span.bytes
        for index in fields.indices {
            let field = fields[index]
            guard UInt32(field.nameCount) == wanted.name.count,
                CaselessName.equal(
                    head, Int(field.nameStart), octets, Int(wanted.name.start), count: Int(field.nameCount))
            else { continue }
            let start = Int(field.valueStart)
            let count = Int(field.valueCount)
            if wanted.regex >= 0 {
                if regexes[Int(wanted.regex)].matches(head.extracting(start..<start + count)) { return true }
            } else if count == Int(wanted.value.count),
                ByteHash.equal(head, start, octets, Int(wanted.value.start), count: count)
            {
                return true
            }
        }
        return false
    }
}

/// Comparison of field names, whose case does not count (RFC 9110 §5.1).
enum CaselessName {
    /// Whether `count` octets of `bytes` from `start` are, in lower case, those of `lowered` from `loweredStart`.
    @inline(__always)
    static func equal(_ bytes: RawSpan, _ start: Int, _ lowered: RawSpan, _ loweredStart: Int, count: Int) -> Bool {
        for offset in 0..<count where lower(bytes[start + offset]) != lowered[loweredStart + offset] { return false }
        return true
    }

    /// `octet` in lower case.
    @inline(__always)
    static func lower(_ octet: UInt8) -> UInt8 {
        octet &- UInt8(ascii: "A") < 26 ? octet | 0x20 : octet
    }
}
