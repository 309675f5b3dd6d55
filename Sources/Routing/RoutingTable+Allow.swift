public import Wire

extension RoutingTable {
    /// The value of `Allow` for a request that ``match(host:path:method:methodName:head:fields:)`` refused for its method:
    /// `GET, HEAD, PURGE` (RFC 9110 §15.5.6 asks for it in a 405 answer).
    ///
    /// Tries each method that the table knows, so it is for that answer alone. The arguments are those of the match.
    public func allowedMethods(
        host: RawSpan, path: RawSpan, head: RawSpan, fields: Span<HeaderField>
    ) -> [UInt8] {
        var allowed: [UInt8] = []
        func add(_ name: some Collection<UInt8>) {
            if !allowed.isEmpty { allowed += ", ".utf8 }
            allowed += name
        }
        for name in Method.names {
            guard let method = Method(knownName: name) else { continue }
            let octets = Array(name.utf8)
            let found = unsafe match(
                host: host, path: path, method: method, methodName: octets.span.bytes, head: head, fields: fields)
            if case .route = found { add(octets) }
        }
        for name in index.otherMethods {
            let found = unsafe match(
                host: host, path: path, method: .other, methodName: name.span.bytes, head: head, fields: fields)
            if case .route = found { add(name) }
        }
        return allowed
    }
}

extension Method {
    /// Names of the methods that a route may admit: CONNECT and TRACE never come this far.
    fileprivate static var names: [String] { ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] }
}

extension RouteIndex {
    /// Names of methods that are not told apart, each once: the first of them, lest the answer grow with the table.
    fileprivate var otherMethods: [[UInt8]] {
        var names: [[UInt8]] = []
        for range in methodNames where names.count < 16 {
            let name = Array(pool[Int(range.start)..<Int(range.start + range.count)])
            if !names.contains(name) { names.append(name) }
        }
        return names
    }
}
