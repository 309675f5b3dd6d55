/// Where one of our own small HTTP servers listens.
package enum ServicePlace: Sendable, Equatable {
    /// A host's name or address without brackets, and a port; 0 takes a free one.
    case host(String, Int)
    /// A Unix socket's path.
    case path(String)

    /// From `127.0.0.1:8500`, `[::1]:8500`, `:8500` (all interfaces) or `unix:/run/x.sock`.
    package init(_ address: String) throws(KeyValueError) {
        if address.hasPrefix("unix:") {
            self = .path(String(address.dropFirst("unix:".count)))
            return
        }
        guard let colon = address.lastIndex(of: ":"),
            let port = UInt16(address[address.index(after: colon)...])
        else {
            throw KeyValueError(
                .invalid, "\(address): no address to listen at; 127.0.0.1:8500, [::1]:8500 or unix:/path is one")
        }
        let host = HostText.name(String(address[..<colon]) + ":0")
        self = .host(host.isEmpty ? "0.0.0.0" : host, Int(port))
    }

    /// Whether it is a port that only this machine's programs can reach, browsers among them.
    package var isLoopback: Bool {
        if case .host(let host, _) = self { HostText.isLoopback(host) } else { false }
    }

    /// Whether others than this machine's programs can reach it.
    package var isRemote: Bool {
        if case .host(let host, _) = self { !HostText.isLoopback(host) } else { false }
    }

    /// Where clients on this machine reach it, as `HOST:PORT`, with the `port` that it became.
    package func reachable(port: Int) -> String {
        switch self {
        case .path(let path): "unix:\(path)"
        case .host(let host, _):
            host.contains(":")
                ? "[\(host == "::" ? "::1" : host)]:\(port)" : "\(host == "0.0.0.0" ? "127.0.0.1" : host):\(port)"
        }
    }
}
