extension StoreURL {
    /// An etcd cluster: `etcd://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]]...[/ROOT]`.
    ///
    /// etcd's keys are octets, and a leading slash would be one of them. ``root`` is what stands before every key: the path
    /// without the slash that it begins with in the URL.
    ///
    /// | URL | the key `services/web-80/a` is etcd's |
    /// |---|---|
    /// | `etcd://h`, `etcd://h/` | `services/web-80/a` |
    /// | `etcd://h/services` | `services/web-80/a`: a path that ends in `services` names what a registrator writes |
    /// | `etcd://h/portico` | `portico/services/web-80/a` |
    /// | `etcd://h//` | `/services/web-80/a` |
    public struct Etcd: Sendable, Equatable {
        /// Where its members answer; none: as the environment says.
        public var addresses: [StoreAddress]
        /// Who asks.
        public var user: EtcdConfiguration.User?
        /// Whether the URL asks for TLS.
        public var isTLS: Bool
        /// What stands before every key: nothing, or what ends with a slash.
        public var root: String

        /// A cluster.
        public init(
            addresses: [StoreAddress], user: EtcdConfiguration.User? = nil, isTLS: Bool = false, root: String = ""
        ) {
            self.addresses = addresses
            self.user = user
            self.isTLS = isTLS
            self.root = root
        }

        /// The URL without its password.
        var description: String {
            "\(isTLS ? "etcds" : "etcd")://\(addresses.map(\.description).joined(separator: ","))"
                + (root.isEmpty ? "" : "/\(root)")
        }
    }

    /// What follows `etcd:` or `etcds:`.
    static func etcd(_ rest: Substring, scheme: String) throws(KeyValueError) -> Etcd {
        var etcd = Etcd(addresses: [], isTLS: scheme == "etcds")
        guard rest.hasPrefix("//") || rest.isEmpty else {
            throw invalid("\(scheme):...", "no // after the kind of store", "\(scheme)://HOST:PORT")
        }
        var authority = rest.dropFirst(2)
        // A password may hold anything but a slash and an @, which are to be encoded.
        if let slash = authority.firstIndex(of: "/") {
            etcd.root = try root(authority[slash...], scheme: scheme)
            authority = authority[..<slash]
        }
        if let at = authority.lastIndex(of: "@") {
            etcd.user = try user(authority[..<at], scheme: scheme)
            authority = authority[authority.index(after: at)...]
        }
        guard !authority.isEmpty else { return etcd }
        for part in authority.split(separator: ",", omittingEmptySubsequences: false) {
            guard let address = StoreAddress(part, defaultPort: 2379) else {
                throw invalid(
                    "\(scheme)://\(authority)", "\(part.isEmpty ? "an empty address" : "malformed address \(part)")",
                    "HOST, HOST:PORT or [IPV6]:PORT with a port from 1 to 65535, several by comma")
            }
            etcd.addresses.append(address)
        }
        return etcd
    }

    private static func root(_ path: Substring, scheme: String) throws(KeyValueError) -> String {
        guard !path.contains("?"), !path.contains("#"), let decoded = PercentCoding.decode(path),
            decoded.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else {
            throw invalid("\(scheme)://...", "a malformed path", "/ROOT, percent-encoded if need be, and no options")
        }
        var root = String(decoded.dropFirst())
        if !root.isEmpty, !root.hasSuffix("/") { root += "/" }
        if root == "services/" || root.hasSuffix("/services/") { root.removeLast("services/".count) }
        return root
    }

    private static func user(_ text: Substring, scheme: String) throws(KeyValueError) -> EtcdConfiguration.User {
        guard let colon = text.firstIndex(of: ":"), let name = PercentCoding.decode(text[..<colon]),
            let password = PercentCoding.decode(text[text.index(after: colon)...]), !name.isEmpty, !password.isEmpty
        else {
            throw invalid("\(scheme)://...@...", "a malformed user", "USER:PASSWORD@, percent-encoded if need be")
        }
        return EtcdConfiguration.User(name: name, password: password)
    }
}
