/// Which etcd to speak to and how: the store's URL and the environment variables that etcdctl knows.
///
/// What the URL says wins over the environment:
///
/// | variable | used for |
/// |---|---|
/// | `ETCDCTL_ENDPOINTS` | the members, if the URL names none: `HOST:PORT`, `http://`, `https://`, several by comma |
/// | `ETCDCTL_USER`, `ETCDCTL_PASSWORD` | `USER:PASSWORD`, or one in each, if the URL has none |
/// | `ETCDCTL_CACERT` | PEM file of the authorities to trust, instead of the system's |
/// | `ETCDCTL_CERT`, `ETCDCTL_KEY` | PEM files of the certificate to show |
/// | `ETCDCTL_INSECURE_SKIP_TLS_VERIFY` | `true`: the servers' certificates are not verified |
/// | `ETCDCTL_API` | `3`, the only one that is spoken |
public struct EtcdConfiguration: Sendable, Equatable {
    /// How TLS is spoken.
    public struct TLS: Sendable, Equatable {
        /// PEM file of the trusted authorities; nil: the system's.
        public var authorityFile: String?
        /// PEM file of the client's certificate chain.
        public var certificateFile: String?
        /// PEM file of the client's key.
        public var keyFile: String?
        /// Whether the servers' certificates are verified.
        public var isVerified = true

        /// Verification against the system's authorities.
        public init() {}
    }

    /// Who asks.
    public struct User: Sendable, Equatable {
        /// The user's name.
        public var name: String
        /// The password; never logged.
        public var password: String

        /// A user.
        public init(name: String, password: String) {
            self.name = name
            self.password = password
        }
    }

    /// Where the members answer, in the order of preference; at least one.
    public var addresses: [StoreAddress]
    /// Who asks; nil: nobody in particular.
    public var user: User?
    /// TLS; nil: in the clear.
    public var tls: TLS?
    /// What stands before every key: nothing, or what ends with a slash.
    public var root: String
    /// Waits and bounds.
    public var limits = EtcdLimits()

    /// etcd at `addresses`, in the clear.
    public init(addresses: [StoreAddress], root: String = "") {
        self.addresses = addresses
        self.root = root
    }

    /// What a URL and the environment say.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` naming the variable that is malformed.
    public init(_ url: StoreURL.Etcd, environment: [String: String]) throws(KeyValueError) {
        if let version = Self.value("ETCDCTL_API", environment), version != "3" {
            throw KeyValueError(.invalid, "store: ETCDCTL_API=\(version): only version 3 is spoken: 3, or nothing")
        }
        var isTLS = url.isTLS
        root = url.root
        addresses = url.addresses
        if addresses.isEmpty {
            let text = Self.value("ETCDCTL_ENDPOINTS", environment) ?? "127.0.0.1:2379"
            addresses = try Self.addresses(text, isTLS: &isTLS)
        }
        user = url.user
        if user == nil { user = try Self.user(environment) }
        guard isTLS else { return }
        var tls = TLS()
        tls.authorityFile = Self.value("ETCDCTL_CACERT", environment)
        tls.certificateFile = Self.value("ETCDCTL_CERT", environment)
        tls.keyFile = Self.value("ETCDCTL_KEY", environment)
        switch Self.value("ETCDCTL_INSECURE_SKIP_TLS_VERIFY", environment)?.lowercased() {
        case nil, "0", "f", "false": break
        case "1", "t", "true": tls.isVerified = false
        case .some(let text):
            throw KeyValueError(
                .invalid, "store: ETCDCTL_INSECURE_SKIP_TLS_VERIFY=\(text): not a truth value: true or false")
        }
        guard (tls.certificateFile == nil) == (tls.keyFile == nil) else {
            throw KeyValueError(
                .invalid, "store: ETCDCTL_CERT, ETCDCTL_KEY: only one of them is set: set both or neither")
        }
        self.tls = tls
    }

    /// `etcd://HOST:PORT[,HOST:PORT][/ROOT/]`, without secrets.
    public var name: String {
        "\(tls == nil ? "etcd" : "etcds")://\(addresses.map(\.description).joined(separator: ","))"
            + (root.isEmpty ? "" : "/\(root)")
    }

    private static func value(_ name: String, _ environment: [String: String]) -> String? {
        guard let value = environment[name], !value.isEmpty else { return nil }
        return value
    }

    private static func addresses(_ text: String, isTLS: inout Bool) throws(KeyValueError) -> [StoreAddress] {
        var addresses: [StoreAddress] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            var rest = part.drop { $0 == " " }
            if rest.hasPrefix("https://") {
                isTLS = true
                rest = rest.dropFirst(8)
            } else if rest.hasPrefix("http://") {
                rest = rest.dropFirst(7)
            }
            if rest.hasSuffix("/") { rest = rest.dropLast() }
            guard let address = StoreAddress(rest, defaultPort: 2379) else {
                throw KeyValueError(
                    .invalid, "store: ETCDCTL_ENDPOINTS: malformed address: HOST:PORT or https://HOST:PORT, by comma")
            }
            addresses.append(address)
        }
        return addresses
    }

    private static func user(_ environment: [String: String]) throws(KeyValueError) -> User? {
        guard let text = value("ETCDCTL_USER", environment) else { return nil }
        if let password = value("ETCDCTL_PASSWORD", environment) { return User(name: text, password: password) }
        guard let colon = text.firstIndex(of: ":") else {
            throw KeyValueError(
                .invalid, "store: ETCDCTL_USER: no password: USER:PASSWORD, or the password in ETCDCTL_PASSWORD")
        }
        return User(name: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
    }
}
