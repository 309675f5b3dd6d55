public import KeyValue

/// Where a registrator makes services known: its last arguments.
///
/// | text | registry |
/// |---|---|
/// | `consul://[HOST[:PORT]]` | the catalog of Consul, by its agent there, with checks; `consul-catalog://` is the same |
/// | `consul-tls://...`, `consuls://...` | the same over TLS |
/// | `consul-unix:///SOCKET` | the same on a Unix socket |
/// | `consulkv://[HOST[:PORT][,...]]/PREFIX` | Consul's key-value store, or an edge's embedded one |
/// | `consulkv-tls://...`, `consulkvs://...` | the same over TLS |
/// | `consulkv-unix:///SOCKET:/PREFIX` | the same on a Unix socket |
/// | `etcd://[HOST[:PORT][,...]]/PREFIX`, `etcds://...` | etcd, by its API v3 |
/// | `embedded:DIR[?prefix=PREFIX]`, `file:PATH[?prefix=PREFIX]` | Portico's own stores on this machine |
///
/// Without a host it is what the environment says (`CONSUL_HTTP_ADDR`, `ETCDCTL_ENDPOINTS`), or else this machine. Before a
/// host may stand `TOKEN@`, or `USER:PASSWORD@` for etcd. The description never shows them, and neither do the errors.
public enum RegistryURL: Sendable, Equatable, CustomStringConvertible {
    /// A key-value store and where in it keys begin, without slashes at its ends; nil: where they do by default.
    case keyValue(StoreURL, prefix: String?)
    /// Consul's catalog.
    case catalog(StoreURL.Consul)

    private static let examples =
        "one of consul://HOST:PORT, consulkv://HOST:PORT/PREFIX, etcd://HOST:PORT/PREFIX, embedded:DIR, file:PATH"

    /// The registry that `text` names.
    ///
    /// Throws ``KeyValue/KeyValueError/Kind/invalid``, and ``KeyValue/KeyValueError/Kind/unsupported`` for what gliderlabs'
    /// registrator has and this one does without.
    public init(_ text: String) throws(KeyValueError) {
        guard let colon = text.firstIndex(of: ":") else {
            throw Self.invalid(text.isEmpty ? "\"\"" : text, "no kind of registry", Self.examples)
        }
        let scheme = text[..<colon].lowercased()
        let rest = text[text.index(after: colon)...]
        switch scheme {
        case "consul", "consul-catalog": self = .catalog(try Self.catalog(rest, scheme, isTLS: false))
        case "consuls", "consul-tls", "consuls-catalog": self = .catalog(try Self.catalog(rest, scheme, isTLS: true))
        case "consul-unix":
            let (socket, _) = try Self.socket(rest, scheme)
            self = .catalog(StoreURL.Consul(addresses: [.unix(path: socket)]))
        case "consulkv": self = try Self.network("consul", rest, scheme)
        case "consulkvs", "consulkv-tls": self = try Self.network("consuls", rest, scheme)
        case "consulkv-unix":
            let (socket, prefix) = try Self.socket(rest, scheme)
            self = .keyValue(.consul(StoreURL.Consul(addresses: [.unix(path: socket)])), prefix: prefix)
        case "etcd", "etcds": self = try Self.network(scheme, rest, scheme)
        case "embedded", "file": self = try Self.local(scheme, rest)
        default: throw Self.unknown(scheme)
        }
    }

    /// The URL without secrets.
    public var description: String {
        switch self {
        case .catalog(let consul): return StoreURL.consul(consul).description
        case .keyValue(let store, let prefix):
            let text = StorePlace(store, prefix: prefix).description
            guard case .consul(let consul) = store else { return text }
            return (consul.isTLS ? "consulkvs" : "consulkv") + text.drop { $0 != ":" }
        }
    }

    // MARK: Parsing

    private static func invalid(_ whereIs: String, _ what: String, _ right: String) -> KeyValueError {
        KeyValueError(.invalid, "registry: \(whereIs): \(what): \(right)")
    }

    private static func unknown(_ scheme: String) -> KeyValueError {
        switch scheme {
        case "zookeeper", "zk":
            KeyValueError(
                .unsupported, "registry: \(scheme)://...: ZooKeeper is not spoken here: use Consul or etcd: \(examples)"
            )
        case "skydns2", "skydns":
            KeyValueError(
                .unsupported,
                "registry: \(scheme)://...: its keys are for DNS servers over etcd, which edge and render do not read: "
                    + "use etcd://HOST:PORT/PREFIX")
        case "http", "https", "tcp":
            invalid("\(scheme)://...", "not a kind of registry", "consul://HOST:PORT, consulkv://HOST:PORT/PREFIX")
        default: invalid("unrecognized adapter: \(scheme):...", "not a kind of registry", examples)
        }
    }

    private static func words(_ scheme: String) -> StorePlace.Words {
        StorePlace.Words(noun: "registry", scheme: scheme)
    }

    /// A registry behind hosts.
    private static func network(
        _ store: String, _ rest: Substring, _ scheme: String
    ) throws(KeyValueError) -> RegistryURL {
        let place = try StorePlace(network: store, rest, words(scheme))
        return .keyValue(place.store, prefix: place.prefix)
    }

    /// gliderlabs' registrator pays no heed to a path there, and neither is it refused.
    private static func catalog(
        _ rest: Substring, _ scheme: String, isTLS: Bool
    ) throws(KeyValueError) -> StoreURL.Consul {
        let place = try StorePlace(network: "consul\(isTLS ? "s" : "")", rest, words(scheme), takesPath: false)
        guard case .consul(let consul) = place.store else { throw unknown(scheme) }
        guard consul.addresses.count < 2 else {
            throw invalid(
                "\(scheme)://\(consul.addresses.map(\.description).joined(separator: ","))", "several agents",
                "the one agent of this host, which keeps its services; consulkv:// takes several addresses")
        }
        return consul
    }

    private static func local(_ scheme: String, _ rest: Substring) throws(KeyValueError) -> RegistryURL {
        let place = try StorePlace(local: rest, words(scheme))
        return .keyValue(place.store, prefix: place.prefix)
    }

    /// `///SOCKET` or `///SOCKET:/PREFIX`.
    private static func socket(
        _ rest: Substring, _ scheme: String
    ) throws(KeyValueError) -> (socket: String, prefix: String?) {
        guard rest.hasPrefix("///"), rest.count > 3 else {
            throw invalid("\(scheme):\(rest)", "no path of a socket", "\(scheme):///run/consul.sock")
        }
        let path = rest.dropFirst(2)
        guard let colon = path.firstIndex(of: ":") else { return (String(path), nil) }
        return (
            String(path[..<colon]), try StorePlace.prefix(path[path.index(after: colon)...], words(scheme))
        )
    }
}
