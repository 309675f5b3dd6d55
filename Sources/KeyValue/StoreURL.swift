/// Where a store is: the value of `--store` and `PORTICO_STORE`.
///
/// | text | store |
/// |---|---|
/// | `embedded:DIR` | a database in a directory of this machine |
/// | `consul://[TOKEN@]HOST[:PORT][,HOST[:PORT]]...[?dc=NAME&ns=NAME]` | Consul's HTTP API, port 8500 |
/// | `consuls://...` | the same over TLS, port 8501 |
/// | `consul:///run/consul.sock` | Consul's HTTP API on a Unix socket |
/// | `consul-catalog://...`, `consuls-catalog://...` | Consul, with the services of its catalog: ``Catalog`` |
/// | `etcd://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]]...[/ROOT]` | etcd's API of version 3, port 2379: ``Etcd`` |
/// | `etcds://...` | the same over TLS |
/// | `file:PATH` | a YAML or JSON file |
///
/// A token or password may be percent-encoded. `consul://` without a host is `CONSUL_HTTP_ADDR`, or else 127.0.0.1:8500;
/// `etcd://` without one is `ETCDCTL_ENDPOINTS`, or else 127.0.0.1:2379.
/// The description never shows secrets, and neither do the errors.
public enum StoreURL: Sendable, Equatable, CustomStringConvertible {
    /// A Consul cluster.
    public struct Consul: Sendable, Equatable {
        /// Where its HTTP API answers; none: as the environment says.
        public var addresses: [StoreAddress]
        /// The ACL token.
        public var token: String?
        /// Whether the URL asks for TLS.
        public var isTLS: Bool
        /// The datacenter to ask for, the agent's own by default.
        public var datacenter: String?
        /// The namespace (Consul Enterprise).
        public var namespace: String?

        /// A cluster.
        public init(
            addresses: [StoreAddress], token: String? = nil, isTLS: Bool = false, datacenter: String? = nil,
            namespace: String? = nil
        ) {
            self.addresses = addresses
            self.token = token
            self.isTLS = isTLS
            self.datacenter = datacenter
            self.namespace = namespace
        }
    }

    /// The embedded store in a directory.
    case embedded(directory: String)
    /// Consul.
    case consul(Consul)
    /// Consul, with the services of its catalog.
    case consulCatalog(Catalog)
    /// etcd.
    case etcd(Etcd)
    /// A YAML or JSON file.
    case file(path: String)

    /// What is used when nothing is said.
    public static let standard = StoreURL.embedded(directory: "./portico-data")

    private static let examples =
        "one of embedded:DIR, consul://HOST:PORT, consuls://HOST:PORT, consul-catalog://HOST:PORT, etcd://HOST:PORT, "
        + "etcds://HOST:PORT, file:PATH"

    /// The store that `text` names.
    ///
    /// Throws ``KeyValueError/Kind/invalid``.
    public init(_ text: String) throws(KeyValueError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw Self.invalid(text.isEmpty ? "\"\"" : text, "no kind of store", "\(Self.examples)")
        }
        let scheme = text[..<colon].lowercased()
        let rest = text[text.index(after: colon)...]
        switch scheme {
        case "embedded":
            let directory = try Self.path(rest, scheme: scheme)
            self = directory.isEmpty ? .standard : .embedded(directory: directory)
        case "file":
            let path = try Self.path(rest, scheme: scheme)
            guard !path.isEmpty, !path.hasSuffix("/") else {
                throw Self.invalid(text, "no file named", "file:PATH, as in file:/etc/portico/store.yaml")
            }
            self = .file(path: path)
        case "consul", "consuls":
            self = .consul(try Self.consul(rest, scheme: scheme))
        case "consul-catalog", "consuls-catalog":
            self = .consulCatalog(try Catalog(rest, scheme: scheme))
        case "etcd", "etcds":
            self = .etcd(try Self.etcd(rest, scheme: scheme))
        case "http", "https":
            let kind = scheme == "http" ? "consul" : "consuls"
            throw Self.invalid("\(scheme)://...", "not a kind of store", "\(kind)://HOST:PORT for Consul")
        default:
            throw Self.invalid("\(scheme):...", "not a kind of store", Self.examples)
        }
    }

    /// The URL without its token.
    public var description: String {
        switch self {
        case .embedded(let directory): return "embedded:\(directory)"
        case .file(let path): return "file:\(path)"
        case .etcd(let etcd): return etcd.description
        case .consulCatalog(let catalog): return catalog.description
        case .consul(let consul):
            let hosts = consul.addresses.map(\.description).joined(separator: ",")
            var options: [String] = []
            if let datacenter = consul.datacenter { options.append("dc=\(datacenter)") }
            if let namespace = consul.namespace { options.append("ns=\(namespace)") }
            let query = options.isEmpty ? "" : "?" + options.joined(separator: "&")
            return "\(consul.isTLS ? "consuls" : "consul")://\(hosts)\(query)"
        }
    }

    // MARK: Parsing

    static func invalid(_ whereIs: String, _ what: String, _ right: String) -> KeyValueError {
        KeyValueError(.invalid, "store: \(whereIs): \(what): \(right)")
    }

    /// `PATH`, `///PATH`; `//HOST/PATH` names another machine's file and is refused.
    private static func path(_ rest: Substring, scheme: String) throws(KeyValueError) -> String {
        guard rest.hasPrefix("//") else { return String(rest) }
        let path = rest.dropFirst(2)
        guard path.isEmpty || path.hasPrefix("/") else {
            throw invalid("\(scheme):\(rest)", "a host in the URL of a local store", "\(scheme):\(path)")
        }
        return String(path)
    }

    static func consul(_ rest: Substring, scheme: String) throws(KeyValueError) -> Consul {
        let isTLS = scheme.hasPrefix("consuls")
        guard rest.hasPrefix("//") || rest.isEmpty else {
            throw invalid("\(scheme):...", "no // after the kind of store", "\(scheme)://HOST:PORT")
        }
        var consul = Consul(addresses: [], isTLS: isTLS)
        var authority = rest.dropFirst(2)
        if let mark = authority.firstIndex(of: "?") {
            try readOptions(authority[authority.index(after: mark)...], scheme: scheme, into: &consul)
            authority = authority[..<mark]
        }
        if let at = authority.lastIndex(of: "@") {
            let token = authority[..<at]
            authority = authority[authority.index(after: at)...]
            guard let decoded = PercentCoding.decode(token), !decoded.isEmpty,
                decoded.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else {
                throw invalid("\(scheme)://...@\(authority)", "a malformed token", "TOKEN@, percent-encoded if need be")
            }
            consul.token = decoded
        }
        if authority.hasPrefix("/"), authority.count > 1 {
            consul.addresses = [.unix(path: String(authority))]
            return consul
        }
        if authority.hasSuffix("/") { authority = authority.dropLast() }
        guard !authority.isEmpty else { return consul }
        for part in authority.split(separator: ",", omittingEmptySubsequences: false) {
            guard let address = StoreAddress(part, defaultPort: isTLS ? 8501 : 8500) else {
                throw invalid(
                    "\(scheme)://\(authority)", "\(part.isEmpty ? "an empty address" : "malformed address \(part)")",
                    "HOST, HOST:PORT or [IPV6]:PORT with a port from 1 to 65535, several by comma")
            }
            consul.addresses.append(address)
        }
        return consul
    }

    private static func readOptions(
        _ text: Substring, scheme: String, into consul: inout Consul
    ) throws(KeyValueError) {
        for option in text.split(separator: "&") {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let value = PercentCoding.decode(parts[1]), !value.isEmpty else {
                throw invalid("\(scheme)://...?\(parts[0])", "an option without a value", "?dc=NAME or ?ns=NAME")
            }
            switch parts[0] {
            case "dc": consul.datacenter = value
            case "ns", "namespace": consul.namespace = value
            default: throw invalid("\(scheme)://...?\(parts[0])", "an unknown option", "?dc=NAME or ?ns=NAME")
            }
        }
    }
}
