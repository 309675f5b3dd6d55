internal import KeyValue

/// A list of OTLP's attributes that is being written.
struct SpanAttributes {
    private var writer: JSONWriter

    init(_ writer: JSONWriter) {
        self.writer = writer
    }

    var written: JSONWriter { writer }

    mutating func add(_ name: String, _ value: String) {
        add(name, "stringValue") { $0.string(value) }
    }

    mutating func add(_ name: String, _ value: Int) {
        // Numbers of 64 bits are strings in protobuf's JSON.
        add(name, "intValue") { $0.string("\(value)") }
    }

    mutating func add(_ name: String, _ value: Bool) {
        add(name, "boolValue") { $0.boolean(value) }
    }

    private mutating func add(_ name: String, _ kind: String, _ value: (inout JSONWriter) -> Void) {
        writer.object { writer in
            writer.member("key", name)
            writer.name("value")
            writer.object { writer in
                writer.name(kind)
                value(&writer)
            }
        }
    }

    /// The method: what is none of HTTP's is told apart, so that names stay few.
    mutating func add(_ line: RequestLine) {
        add("http.request.method", line.isMethodKnown ? line.method : "_OTHER")
        if !line.isMethodKnown { add("http.request.method_original", line.originalMethod) }
        add("network.protocol.name", "http")
        if let version = line.version { add("network.protocol.version", version) }
    }

    /// `server.address` and `server.port` of `host:port`.
    mutating func add(host: String) {
        let (address, port) = Self.parts(of: host)
        guard !address.isEmpty else { return }
        add("server.address", address)
        if let port { add("server.port", port) }
    }

    mutating func add(peer: String) {
        let (address, port) = Self.parts(of: peer)
        add("network.peer.address", address)
        if let port { add("network.peer.port", port) }
    }

    /// IPv6 addresses lose their brackets.
    static func parts(of host: String) -> (address: String, port: Int?) {
        let end = host.utf8.lastIndex(of: UInt8(ascii: ":"))
        let isBare = host.utf8.last == UInt8(ascii: "]") || end == nil
        var address = isBare ? host[...] : host[..<(end ?? host.endIndex)]
        let port = isBare ? nil : end.flatMap { Int(host[host.utf8.index(after: $0)...]) }
        if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
        return (String(address), port)
    }
}
