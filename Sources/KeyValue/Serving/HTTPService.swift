package import Hummingbird
internal import HummingbirdCore
package import Logging
internal import NIOCore
internal import ServiceLifecycle
internal import Synchronization

/// One of our own small HTTP/1.1 servers: listens, says where, and ends in good order.
package final class HTTPService: Sendable {
    /// A connection that sends nothing, or nothing more of its request, is closed after this time; one that waits for its
    /// answer is not.
    private static let idleTimeout = Duration.seconds(120)
    /// How long requests may take to end when the server does.
    private static let shutdownMaximum = Duration.seconds(3)

    private let subject: String
    private let address: String
    private let connectionsMaximum: Int
    private let logger: Logger
    private let bound = Mutex(Bound())

    /// What came of binding, and who waits to hear it.
    private struct Bound {
        var result: Result<Int, KeyValueError>?
        var waiting: [CheckedContinuation<Result<Int, KeyValueError>, Never>] = []
    }

    /// A server of `subject` (`the store`) that will listen at `address`, as ``ServicePlace`` reads it.
    ///
    /// - Parameter connections: more clients than this wait to be accepted; each takes a file descriptor of this process.
    package init(of subject: String, address: String, connections: Int, logger: Logger) {
        self.subject = subject
        self.address = address
        connectionsMaximum = connections
        self.logger = logger
    }

    /// The port that is listened at, once it is (0: a Unix socket); throws what kept it from listening.
    package func boundPort() async throws(KeyValueError) -> Int {
        let result = await withCheckedContinuation { continuation in
            let known = bound.withLock { bound in
                if bound.result == nil { bound.waiting.append(continuation) }
                return bound.result
            }
            if let known { continuation.resume(returning: known) }
        }
        return try result.get()
    }

    /// Serves what `responder` makes for the place until the task is cancelled or the service group shuts down; requests
    /// under way are answered then.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` if it cannot listen at its address. To be called once.
    package func run<Responder: HTTPResponder>(_ responder: (ServicePlace) throws -> Responder) async throws
    where Responder.Context: InitializableFromSource, Responder.Context.Source == ApplicationRequestContextSource {
        do {
            let place = try ServicePlace(address)
            try await serve(try responder(place), at: place)
            announce(.failure(KeyValueError(.unavailable, "\(address): the server has ended")))
        } catch let error as KeyValueError {
            announce(.failure(error))
            throw error
        } catch is CancellationError {
            announce(.failure(KeyValueError(.unavailable, "\(address): the server was cancelled")))
        } catch {
            let reason = KeyValueError(.invalid, "cannot serve \(subject) at \(address): \(error)")
            announce(.failure(reason))
            throw reason
        }
    }

    private func serve<Responder: HTTPResponder>(_ responder: Responder, at place: ServicePlace) async throws
    where Responder.Context: InitializableFromSource, Responder.Context.Source == ApplicationRequestContextSource {
        let bind: BindAddress =
            switch place {
            case .host(let host, let port): .hostname(host, port: port)
            case .path(let path): .unixDomainSocket(path: path)
            }
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [APIConnectionHandler()], idleTimeout: .init(Self.idleTimeout))
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .notice)
        let application = Application(
            responder: responder, server: .http1(configuration: configuration),
            configuration: ApplicationConfiguration(
                address: bind, backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(connectionsMaximum)),
            onServerRunning: { [self] channel in
                let port = channel.localAddress?.port ?? 0
                logger.info("\(subject) is served", metadata: ["address": "\(address)", "port": "\(port)"])
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

    private func announce(_ result: Result<Int, KeyValueError>) {
        let waiting = bound.withLock { bound in
            bound.result = result
            let waiting = bound.waiting
            bound.waiting = []
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: result) }
    }
}
