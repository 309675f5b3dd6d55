public import Logging
public import ServiceLifecycle

/// Serves an embedded store in Consul's HTTP API, so that curl, the `consul` program (`kv`, `lock`, `watch`),
/// consul-template and registrator use it as if it were a Consul server of one node.
///
/// Keys, sessions and transactions on keys are Consul's, with blocking queries; the catalog holds one node and no services.
/// Tokens are accepted and not looked at: who can reach the address may do everything, so it is meant for the loopback
/// interface or a trusted network. Requests that a browser sends for a web page are refused.
public final class ConsulAPIServer: Service {
    /// Consul's `session_ttl_min`.
    public static let sessionTTLMinimumDefault = Duration.seconds(10)

    /// More clients than this wait to be accepted; each takes a file descriptor of this process.
    private static let connectionsMaximum = 8192

    private let store: EmbeddedStore
    private let datacenter: String
    private let sessionTTLMinimum: Duration
    private let service: HTTPService

    /// A server of `store` that will listen at `address`.
    ///
    /// - Parameters:
    ///   - store: what is served.
    ///   - address: `127.0.0.1:8500`, `[::1]:8500`, `:8500` (all interfaces), `unix:/run/x.sock`; port 0 takes a free one.
    ///   - datacenter: what clients know it by; a query with another `dc` is refused.
    ///   - sessionTTLMinimum: the shortest TTL that a session may ask for.
    ///   - logger: told where it listens.
    public init(
        store: EmbeddedStore, address: String, datacenter: String = "dc1",
        sessionTTLMinimum: Duration = ConsulAPIServer.sessionTTLMinimumDefault,
        logger: Logger = Logger(label: "portico.store")
    ) {
        self.store = store
        self.datacenter = datacenter
        self.sessionTTLMinimum = sessionTTLMinimum
        service = HTTPService(
            of: "the store", address: address, connections: Self.connectionsMaximum, logger: logger)
    }

    /// The port that is listened at, once it is (0: a Unix socket); throws what kept it from listening.
    public func boundPort() async throws(KeyValueError) -> Int { try await service.boundPort() }

    /// Serves until the task is cancelled or the service group shuts down; queries that wait are answered then.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` if it cannot listen at its address. To be called once.
    public func run() async throws {
        try await service.run { place in
            // Clients are told the address that was asked for. No browser comes through a Unix socket, whose clients send
            // its path as Host.
            APIResponder(
                store: store, datacenter: datacenter, address: Self.advertised(place), isGuarded: place.isLoopback,
                sessionTTLMinimum: sessionTTLMinimum)
        }
    }

    private static func advertised(_ place: ServicePlace) -> String {
        if case .host(_, let port) = place { place.reachable(port: port) } else { "127.0.0.1:0" }
    }
}
