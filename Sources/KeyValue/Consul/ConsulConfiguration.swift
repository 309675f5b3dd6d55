/// Which Consul to speak to and how: the store's URL and the environment variables that Consul's own client knows.
///
/// What the URL says wins over the environment:
///
/// | variable | used for |
/// |---|---|
/// | `CONSUL_HTTP_ADDR` | the address, if the URL names none: `HOST:PORT`, `http://`, `https://`, `unix://` |
/// | `CONSUL_HTTP_TOKEN` | the ACL token, if the URL has none |
/// | `CONSUL_HTTP_SSL` | `true`: TLS |
/// | `CONSUL_HTTP_SSL_VERIFY` | `false`: the server's certificate is not verified |
/// | `CONSUL_CACERT` | PEM file of the authorities to trust, instead of the system's |
/// | `CONSUL_CLIENT_CERT`, `CONSUL_CLIENT_KEY` | PEM files of the certificate to show |
/// | `CONSUL_TLS_SERVER_NAME` | the name that the server's certificate must have |
/// | `CONSUL_NAMESPACE` | the namespace |
public struct ConsulConfiguration: Sendable, Equatable {
    /// How TLS is spoken.
    public struct TLS: Sendable, Equatable {
        /// PEM file of the trusted authorities.
        public var authorityFile: String?
        /// The trusted authorities themselves, PEM, if there is no ``authorityFile``.
        public var authorityText: String?
        /// A folder of PEM files of the trusted authorities, if there is none of the others; without any of them it is the
        /// system's.
        public var authorityFolder: String?
        /// PEM file of the client's certificate chain.
        public var certificateFile: String?
        /// PEM file of the client's key.
        public var keyFile: String?
        /// The name to verify instead of the address's host.
        public var serverName: String?
        /// Whether the server's certificate is verified.
        public var isVerified = true

        /// Verification against the system's authorities.
        public init() {}
    }

    /// Where Consul answers, in the order of preference; at least one.
    public var addresses: [StoreAddress]
    /// The ACL token; never logged.
    public var token: String?
    /// `USER:PASSWORD` of HTTP's basic authentication, for a proxy before Consul; never logged.
    public var basicAuthentication: String?
    /// TLS; nil: in the clear.
    public var tls: TLS?
    /// The datacenter to ask for.
    public var datacenter: String?
    /// The namespace.
    public var namespace: String?
    /// Whether watches may be answered by any server.
    ///
    /// It spares the leader; an answer that is too far behind is asked for again. Reads outside watches never are stale.
    public var allowsStaleWatches = true
    /// Whether each request has a connection of its own.
    public var closesConnections = false
    /// Waits and bounds.
    public var limits = ConsulLimits()

    /// Consul at `addresses`, in the clear.
    public init(addresses: [StoreAddress], token: String? = nil) {
        self.addresses = addresses
        self.token = token
    }

    /// What a URL and the environment say.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` naming the variable that is malformed.
    public init(_ url: StoreURL.Consul, environment: [String: String]) throws(KeyValueError) {
        var isTLS = url.isTLS
        addresses = url.addresses
        if let text = Self.value("CONSUL_HTTP_SSL", environment) {
            isTLS = try Self.boolean(text, "CONSUL_HTTP_SSL") || isTLS
        }
        if addresses.isEmpty {
            let text = Self.value("CONSUL_HTTP_ADDR", environment) ?? ""
            addresses = [try Self.address(text, isTLS: &isTLS)]
        }
        token = url.token ?? Self.value("CONSUL_HTTP_TOKEN", environment)
        datacenter = url.datacenter
        namespace = url.namespace ?? Self.value("CONSUL_NAMESPACE", environment)
        guard isTLS else { return }
        var tls = TLS()
        tls.authorityFile = Self.value("CONSUL_CACERT", environment)
        tls.certificateFile = Self.value("CONSUL_CLIENT_CERT", environment)
        tls.keyFile = Self.value("CONSUL_CLIENT_KEY", environment)
        tls.serverName = Self.value("CONSUL_TLS_SERVER_NAME", environment)
        if let text = Self.value("CONSUL_HTTP_SSL_VERIFY", environment) {
            tls.isVerified = try Self.boolean(text, "CONSUL_HTTP_SSL_VERIFY")
        }
        guard (tls.certificateFile == nil) == (tls.keyFile == nil) else {
            throw KeyValueError(
                .invalid,
                "store: CONSUL_CLIENT_CERT, CONSUL_CLIENT_KEY: only one of them is set: set both or neither")
        }
        self.tls = tls
    }

    /// `consul://HOST:PORT[,HOST:PORT]`, without secrets.
    public var name: String {
        "\(tls == nil ? "consul" : "consuls")://\(addresses.map(\.description).joined(separator: ","))"
    }

    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        guard let value = environment[name], !value.isEmpty else { return nil }
        return value
    }

    private static func boolean(_ text: String, _ name: String) throws(KeyValueError) -> Bool {
        switch text.lowercased() {
        case "1", "t", "true": return true
        case "0", "f", "false": return false
        default: throw KeyValueError(.invalid, "store: \(name)=\(text): not a truth value: true or false")
        }
    }

    private static func address(_ text: String, isTLS: inout Bool) throws(KeyValueError) -> StoreAddress {
        if text.isEmpty { return .network(host: "127.0.0.1", port: isTLS ? 8501 : 8500) }
        if text.hasPrefix("unix://") { return .unix(path: String(text.dropFirst(7))) }
        var rest = text[...]
        if rest.hasPrefix("https://") {
            isTLS = true
            rest = rest.dropFirst(8)
        } else if rest.hasPrefix("http://") {
            rest = rest.dropFirst(7)
        }
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let address = StoreAddress(rest, defaultPort: isTLS ? 8501 : 8500) else {
            throw KeyValueError(
                .invalid, "store: CONSUL_HTTP_ADDR: malformed address: HOST:PORT, http://HOST:PORT or unix:///PATH")
        }
        return address
    }
}
