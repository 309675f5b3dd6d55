internal import KeyValue

/// OTLP's attributes, each an element of a list.
extension JSONWriter {
    mutating func attribute(_ name: String, _ value: String) {
        attribute(name, "stringValue") { $0.string(value) }
    }

    mutating func attribute(_ name: String, _ value: Int) {
        // Numbers of 64 bits are strings in protobuf's JSON.
        attribute(name, "intValue") { $0.string("\(value)") }
    }

    mutating func attribute(_ name: String, _ value: Bool) {
        attribute(name, "boolValue") { $0.boolean(value) }
    }

    private mutating func attribute(_ name: String, _ kind: String, _ value: (inout JSONWriter) -> Void) {
        object { writer in
            writer.member("key", name)
            writer.name("value")
            writer.object { writer in
                writer.name(kind)
                value(&writer)
            }
        }
    }

    /// The method: what is none of HTTP's is told apart, so that names stay few.
    mutating func attributes(of line: RequestLine) {
        attribute("http.request.method", line.isMethodKnown ? line.method : "_OTHER")
        if !line.isMethodKnown { attribute("http.request.method_original", line.originalMethod) }
        attribute("network.protocol.name", "http")
        if let version = line.version { attribute("network.protocol.version", version) }
    }

    /// `server.address` and `server.port` of `host:port`.
    mutating func attributes(host: String) {
        let (address, port) = Self.parts(of: host)
        guard !address.isEmpty else { return }
        attribute("server.address", address)
        if let port { attribute("server.port", port) }
    }

    mutating func attributes(peer: String) {
        let (address, port) = Self.parts(of: peer)
        attribute("network.peer.address", address)
        if let port { attribute("network.peer.port", port) }
    }

    /// IPv6 addresses lose their brackets.
    private static func parts(of host: String) -> (address: String, port: Int?) {
        let end = host.utf8.lastIndex(of: UInt8(ascii: ":"))
        let isBare = host.utf8.last == UInt8(ascii: "]") || end == nil
        var address = isBare ? host[...] : host[..<(end ?? host.endIndex)]
        let port = isBare ? nil : end.flatMap { Int(host[host.utf8.index(after: $0)...]) }
        if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
        return (String(address), port)
    }
}
