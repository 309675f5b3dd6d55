internal import DockerEngine
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Listens for clients of the Docker API, and has a ``ManagerResponder`` say what is done about their requests.
final class ManagerServer: Sendable {
    private let shared: ServerContext
    private let listeners = Mutex<[(channel: any Channel, file: String?)]>([])

    init(_ settings: ServerSettings, responder: any ManagerResponder, logger: Logger) {
        shared = ServerContext(settings, responder: responder, logger: logger)
    }

    /// Connections now open.
    var connectionCount: Int { shared.connections.count }

    /// Listens, at all addresses or at none.
    ///
    /// - Returns: where, in the order of the settings, with the ports that the kernel chose.
    /// - Throws: ``ServerError`` naming the address or the file that cannot be used.
    func start() async throws(ServerError) -> [ServerSettings.Listener] {
        let settings = shared.settings
        let tls: NIOSSLContext?
        do {
            tls = try settings.tls?.makeServerContext()
        } catch {
            throw ServerError(error.description)
        }
        var bound: [ServerSettings.Listener] = []
        for listener in settings.listeners {
            do {
                let channel = try await listen(at: listener, tls)
                let file: String? = if case .unix(let path) = listener { path } else { nil }
                listeners.withLock { $0.append((channel, file)) }
                bound.append(Self.address(of: channel, listener))
            } catch {
                await closeListeners()
                throw ServerError("cannot listen at \(listener): \(Self.reason(error))")
            }
        }
        return bound
    }

    /// Lets no new connection in, and waits until what is under way has ended, or `grace` has passed.
    func stop(within grace: Duration) async {
        await closeListeners()
        let open = shared.beginStop()
        for channel in open { channel.pipeline.fireUserInboundEventTriggered(ServerStops()) }
        let timers = open.map { channel in
            channel.eventLoop.scheduleTask(in: TimeAmount(grace)) { channel.close(promise: nil) }
        }
        for channel in open { try? await channel.closeFuture.get() }
        timers.forEach { $0.cancel() }
    }

    // MARK: Listeners

    private func listen(at listener: ServerSettings.Listener, _ tls: NIOSSLContext?) async throws -> any Channel {
        let shared = shared
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
        switch listener {
        case .network(let host, let port):
            return
                try await bootstrap
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                // A client that has ended its direction and then died says nothing more: the kernel asks for it.
                .childChannelOption(.socketOption(.so_keepalive), value: 1)
                .childChannelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 30)
                .childChannelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 10)
                .childChannelOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3)
                .childChannelInitializer { Self.welcome($0, shared, tls) }
                .bind(host: host, port: port).get()
        case .unix(let path):
            return try await SocketFile.bind(bootstrap.childChannelInitializer { Self.welcome($0, shared, nil) }, path)
        }
    }

    private static func welcome(
        _ channel: any Channel, _ shared: ServerContext, _ tls: NIOSSLContext?
    ) -> EventLoopFuture<Void> {
        guard shared.admit(channel) else {
            return channel.eventLoop.makeFailedFuture(ServerError("there are too many connections"))
        }
        return channel.eventLoop.makeCompletedFuture {
            if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
            try channel.pipeline.syncOperations.addHandler(ClientConnection(shared, channel))
        }
    }

    private func closeListeners() async {
        let open = listeners.withLock { listeners in
            defer { listeners = [] }
            return listeners
        }
        for listener in open {
            try? await listener.channel.close().get()
            if let file = listener.file { SocketFile.remove(file) }
        }
    }

    private static func address(
        of channel: any Channel, _ listener: ServerSettings.Listener
    ) -> ServerSettings.Listener {
        guard case .network(let host, _) = listener, let port = channel.localAddress?.port else { return listener }
        return .network(host: host, port: port)
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        switch error.errnoCode {
        case EADDRINUSE: return "the address is in use"
        case EADDRNOTAVAIL: return "the address is none of this machine's"
        case EACCES, EPERM: return "permission denied"
        case ENOENT: return "no such folder"
        default: return "\(error)"
        }
    }
}

/// Why the manager cannot be listened to.
struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Address or file, and what is wrong with it.
    let description: String

    init(_ description: String) { self.description = description }
}
