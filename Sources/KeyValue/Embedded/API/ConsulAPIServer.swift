import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle
import Synchronization

/// Serves an embedded store in Consul's HTTP API, so that curl, the `consul` program (`kv`, `lock`, `watch`),
/// consul-template and registrator use it as if it were a Consul server of one node.
///
/// Keys, sessions and transactions on keys are Consul's, with blocking queries; the catalog holds one node and no services.
/// Tokens are accepted and not looked at: who can reach the address may do everything, so it is meant for the loopback
/// interface or a trusted network. Requests that a browser sends for a web page are refused.
public final class ConsulAPIServer: Service {
    /// Consul's `session_ttl_min`.
    public static let sessionTTLMinimumDefault = Duration.seconds(10)

    /// A connection that sends nothing, or nothing more of its request, is closed after this time; one whose query
    /// waits is not.
    private static let idleTimeout = Duration.seconds(120)
    /// More clients than this wait to be accepted; each takes a file descriptor of this process.
    private static let connectionsMaximum = 8192

    /// How long requests may take to end when the server does.
    private static let shutdownMaximum = Duration.seconds(3)

    private let store: EmbeddedStore
    private let address: String
    private let datacenter: String
    private let sessionTTLMinimum: Duration
    private let logger: Logger
    private let bound = Mutex(Bound())

    /// What came of binding, and who waits to hear it.
    private struct Bound {
        var result: Result<Int, KeyValueError>?
        var waiting: [CheckedContinuation<Result<Int, KeyValueError>, Never>] = []
    }

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
        self.address = address
        self.datacenter = datacenter
        self.sessionTTLMinimum = sessionTTLMinimum
        self.logger = logger
    }

    /// The port that is listened at, once it is (0: a Unix socket); throws what kept it from listening.
    public func boundPort() async throws(KeyValueError) -> Int {
        let result = await withCheckedContinuation { continuation in
            let known = bound.withLock { bound in
                if bound.result == nil { bound.waiting.append(continuation) }
                return bound.result
            }
            if let known { continuation.resume(returning: known) }
        }
        return try result.get()
    }

    /// Serves until the task is cancelled or the service group shuts down; queries that wait are answered then.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` if it cannot listen at its address. To be called once.
    public func run() async throws {
        do {
            let bind = try Self.parse(address)
            try await serve(bind)
            announce(.failure(KeyValueError(.unavailable, "\(address): the server has ended")))
        } catch let error as KeyValueError {
            announce(.failure(error))
            throw error
        } catch is CancellationError {
            announce(.failure(KeyValueError(.unavailable, "\(address): the server was cancelled")))
        } catch {
            let reason = KeyValueError(.invalid, "cannot serve the store at \(address): \(error)")
            announce(.failure(reason))
            throw reason
        }
    }

    /// An address to listen at.
    private enum Place {
        case host(String, Int)
        case path(String)
    }

    private func serve(_ place: Place) async throws {
        let bind: BindAddress
        // No browser comes through a Unix socket, whose clients send its path as Host.
        var isGuarded = false
        switch place {
        case .host(let host, let port):
            bind = .hostname(host, port: port)
            isGuarded = HostText.isLoopback(host)
        case .path(let path):
            bind = .unixDomainSocket(path: path)
        }
        // Clients are told the address that was asked for, and at port 0 the port that it became.
        let responder = APIResponder(
            store: store, datacenter: datacenter, address: advertised(place), isGuarded: isGuarded,
            sessionTTLMinimum: sessionTTLMinimum)
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [APIConnectionHandler()], idleTimeout: .init(Self.idleTimeout))
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            responder: responder, server: .http1(configuration: configuration),
            configuration: ApplicationConfiguration(
                address: bind, backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(Self.connectionsMaximum)),
            onServerRunning: { [self] channel in
                let port = channel.localAddress?.port ?? 0
                logger.info("store served", metadata: ["address": "\(address)", "port": "\(port)"])
                announce(.success(port))
            }, logger: quiet)
        try await runToTheEnd(application, quiet)
    }

    /// Runs `application`; a cancellation ends it as a shutdown of the service group does: no more connections, what is
    /// being asked is answered, and who takes too long is cut off.
    private func runToTheEnd(_ application: some Service, _ logger: Logger) async throws {
        var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
        configuration.maximumGracefulShutdownDuration = Self.shutdownMaximum
        let group = ServiceGroup(configuration: configuration)
        // A task of its own, which the cancellation does not reach before the requests are answered.
        let task = Task { try await group.run() }
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            Task { await group.triggerGracefulShutdown() }
        }
    }

    private func advertised(_ place: Place) -> String {
        switch place {
        case .path: "127.0.0.1:0"
        case .host(let host, let port):
            host.contains(":")
                ? "[\(host == "::" ? "::1" : host)]:\(port)" : "\(host == "0.0.0.0" ? "127.0.0.1" : host):\(port)"
        }
    }

    private func announce(_ result: Result<Int, KeyValueError>) {
        let waiting = bound.withLock { bound in
            bound.result = result
            let waiting = bound.waiting
            bound.waiting = []
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: result) }
    }

    private static func parse(_ address: String) throws(KeyValueError) -> Place {
        if address.hasPrefix("unix:") { return .path(String(address.dropFirst("unix:".count))) }
        guard let colon = address.lastIndex(of: ":"),
            let port = UInt16(address[address.index(after: colon)...])
        else {
            throw KeyValueError(
                .invalid, "\(address): no address to listen at; 127.0.0.1:8500, [::1]:8500 or unix:/path is one")
        }
        let host = HostText.name(String(address[..<colon]) + ":0")
        return .host(host.isEmpty ? "0.0.0.0" : host, Int(port))
    }
}
