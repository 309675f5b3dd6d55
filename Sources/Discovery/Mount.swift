/// Where an endpoint's attributes want its service to be reached: hosts, paths, and what is taken off the path.
public struct Mount: Sendable, Hashable {
    /// Host patterns as a route has them; empty where only a path was given.
    public var hosts: [String]
    /// Path patterns as a route has them; empty for any path.
    public var paths: [String]
    /// The prefix that is taken off the path.
    public var strip: String?

    /// A mount of the given hosts and paths.
    public init(hosts: [String] = [], paths: [String] = [], strip: String? = nil) {
        self.hosts = hosts
        self.paths = paths
        self.strip = strip
    }

    /// Nothing is asked for beyond the default.
    public var isDefault: Bool { hosts.isEmpty && paths.isEmpty && strip == nil }
}
