internal import KeyValue

/// Where an edge's admin API is.
public struct AdminAddress: Sendable, Equatable, CustomStringConvertible {
    /// Text that is no address, with what would be right.
    public struct Malformed: Error, CustomStringConvertible {
        /// What is wrong with it.
        public let description: String
    }

    /// Where it is if nobody says: the edge's own default.
    public static let standard = "127.0.0.1:9090"

    /// As people read it.
    public let description: String
    /// What a path is put after.
    let base: String

    /// `HOST:PORT`, `:PORT` for this machine, `http://HOST:PORT`, `https://HOST[:PORT]` or `unix:PATH`.
    public init(_ text: String) throws(Malformed) {
        func malformed() -> Malformed {
            Malformed(
                description: "the admin API's address is \"\(text)\": it is HOST:PORT, http://HOST:PORT or unix:PATH")
        }
        if text.hasPrefix("unix:") {
            let path = text.dropFirst(5)
            guard !path.isEmpty, !path.utf8.contains(0) else { throw malformed() }
            description = text
            base = "http+unix://\(PercentCoding.encodeQuery(String(path)))"
            return
        }
        var rest = text[...]
        var scheme = "http"
        for known in ["http", "https"] where rest.hasPrefix("\(known)://") {
            scheme = known
            rest = rest.dropFirst(known.count + 3)
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        if rest.hasPrefix(":") { rest = "127.0.0.1" + rest }
        // Of an IPv6 address's colons none begins the port.
        let afterHost = rest.hasPrefix("[") ? rest.firstIndex(of: "]").map { rest[rest.index(after: $0)...] } : rest
        let port = afterHost?.lastIndex(of: ":").map { rest[rest.index(after: $0)...] }
        let host = rest.prefix(rest.count - (port.map { $0.count + 1 } ?? 0))
        let isPort = port.map { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt16($0) != nil }
        guard isPort ?? (scheme == "https"), !host.isEmpty, host.utf8.allSatisfy(Self.isHost) else { throw malformed() }
        description = scheme == "http" ? String(rest) : "\(scheme)://\(rest)"
        base = "\(scheme)://\(rest)"
    }

    /// The address that a flag names, or PORTICO_ADMIN, or the default.
    public init(flag: String?, environment: [String: String]) throws(Malformed) {
        try self.init([flag, environment["PORTICO_ADMIN"]].compactMap { $0 }.first { !$0.isEmpty } ?? Self.standard)
    }

    private static func isHost(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._[]:%".utf8.contains(octet)
        }
    }
}
