public import Control
internal import KeyValue
public import Logging

/// Serves the admin API: what an edge does, as JSON and as Prometheus's text, and what may be changed of it.
///
/// Who can reach a loopback address may do everything; any other address takes a token. See docs/ADMIN.md.
public final class AdminServer: Sendable {
    /// Clients beyond these wait: each takes a descriptor of the edge's.
    private static let connectionsMaximum = 256

    private let subject: AdminSubject
    private let configuration: AdminConfiguration
    private let service: HTTPService
    private let logger: Logger

    /// A server for `subject` at `address`, which `configuration` may have named; `token` goes by the latter.
    public init(
        _ subject: AdminSubject, address: String, configuration: AdminConfiguration, logger: Logger
    ) {
        self.subject = subject
        self.configuration = configuration
        self.logger = logger
        service = HTTPService(
            of: "the admin API", address: address, connections: Self.connectionsMaximum, logger: logger)
    }

    /// The port that is listened at, once it is (0: a Unix socket); throws what kept it from listening.
    public func boundPort() async throws -> Int { try await service.boundPort() }

    /// Serves until the task is cancelled; requests under way are answered then.
    ///
    /// To be called once.
    public func run() async throws {
        let watch = ProblemWatch(subject)
        let meter = RateMeter(subject)
        let watching = Task { await watch.run() }
        defer { watching.cancel() }
        try await service.run { [self] place in
            guard !place.isRemote || configuration.token != nil else {
                throw KeyValueError(.invalid, "the admin API at an address of other machines needs a token")
            }
            return AdminResponder(
                subject: subject, gate: AdminGate(token: configuration.token, isLoopback: place.isLoopback),
                watch: watch, meter: meter, logger: logger)
        }
    }
}
