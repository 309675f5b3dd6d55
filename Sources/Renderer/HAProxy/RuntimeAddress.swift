/// Where a runtime API listens: `stats socket` of a worker, `-S` of a master.
public struct RuntimeAddress: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of sockets.
    enum Kind: Sendable, Hashable {
        case unix(String)
        /// A Unix socket's name in the abstract space.
        case abstract(String)
        case ip(HAProxyAddress)
    }

    let kind: Kind

    /// An address as HAProxy writes it: `/run/haproxy.sock`, `unix@/run/haproxy.sock`, `abns@name`, `127.0.0.1:9999`,
    /// `ipv6@[::1]:9999`.
    ///
    /// What follows a comma, as in `/run/master.sock,mode,600`, is for HAProxy alone. Nil for a relative path or a host name.
    public init?(_ text: String) {
        let address = text.prefix { $0 != "," }
        if address.hasPrefix("abns@"), address.count > 5 {
            kind = .abstract(String(address.dropFirst(5)))
            return
        }
        let path = address.hasPrefix("unix@") ? address.dropFirst(5) : address
        if path.hasPrefix("/") {
            kind = .unix(String(path))
        } else if let ip = HAProxyAddress(String(address)) {
            kind = .ip(ip)
        } else {
            return nil
        }
    }

    /// The form that HAProxy takes.
    public var description: String {
        switch kind {
        case .unix(let path): path
        case .abstract(let name): "abns@\(name)"
        case .ip(let address): address.text
        }
    }

    /// Whether a new process can be given the listening sockets of the old one through it (`-x`).
    var passesSockets: Bool {
        if case .unix = kind { return true }
        return false
    }
}
