/// Where in a store services, routes and certificates are kept.
public struct StorePrefixes: Sendable, Equatable {
    /// Of `<service>-<port>/<dhost>:<cname>:<cport>`.
    public var services: String
    /// Of routes by their names.
    public var routes: String
    /// Of the Swarm's nodes.
    public var swarm: String
    /// Of certificates: `<name>/cert` and `<name>/key`.
    public var certificates: String

    /// The given prefixes: a leading slash is dropped, a missing slash at the end is added.
    public init(
        services: String = "services/", routes: String = "routes/", swarm: String = "swarm/",
        certificates: String = "certs/"
    ) {
        self.services = Self.canonical(services)
        self.routes = Self.canonical(routes)
        self.swarm = Self.canonical(swarm)
        self.certificates = Self.canonical(certificates)
    }

    /// `prefix` without leading slashes and with one at its end; an empty prefix stays empty.
    static func canonical(_ prefix: String) -> String {
        let trimmed = prefix.drop { $0 == "/" }
        guard !trimmed.isEmpty else { return "" }
        return trimmed.hasSuffix("/") ? String(trimmed) : trimmed + "/"
    }
}
