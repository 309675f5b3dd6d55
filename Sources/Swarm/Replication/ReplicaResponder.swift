internal import DockerEngine
internal import Logging
internal import Synchronization

/// Answers requests where this manager is the primary, and sends them on to who is where it is not.
///
/// What a manager tells of itself it tells itself.
final class ReplicaResponder: ManagerResponder {
    /// Tells who has sent a request on.
    private static let mark = "X-Swarm-Replica"
    /// How long a request waits until it is known who the primary is: a failover takes as long.
    private static let patience = Duration.seconds(30)
    /// How long the primary may take to be connected to.
    private static let connect = Duration.seconds(5)

    private let responder: any ManagerResponder
    private let leadership: Leadership
    private let tls: DockerTLS?
    private let logger: Logger
    /// The primary that was last asked, whose connections are made anew for each request.
    private let primary = Mutex<DockerEngine?>(nil)

    init(_ responder: any ManagerResponder, leadership: Leadership, tls: DockerTLS?, logger: Logger) {
        self.responder = responder
        self.leadership = leadership
        self.tls = tls
        self.logger = logger
    }

    /// What is done about a request.
    func reply(to request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        guard leadership.role != .primary, !Self.isLocal(request.path.path) else {
            return try await responder.reply(to: request)
        }
        // Two that take each other for the primary do not send it to and fro.
        guard request.field(Self.mark) == nil else { throw RequestError(500, "No elected primary cluster manager") }
        switch await leadership.known(within: Self.patience) {
        case .primary: return try await responder.reply(to: request)
        case .replica(nil): throw RequestError(500, "No elected primary cluster manager")
        case .replica(.some(let address)): return .splice(try splice(request, to: address))
        }
    }

    private static func isLocal(_ path: String) -> Bool {
        path.hasSuffix("/_ping") || path.hasSuffix("/info") || path.hasSuffix("/debug")
    }

    private func splice(_ request: ManagerRequest, to address: String) throws(RequestError) -> Splice {
        let engine = try engine(address)
        var splice = Splice(to: engine, target: request.target)
        splice.fields = request.fields + [(Self.mark, leadership.name)]
        splice.unreachable = { RequestError(500, "Unable to reach primary cluster manager (\($0)): \(address)") }
        return splice
    }

    private func engine(_ address: String) throws(RequestError) -> DockerEngine {
        guard let node = NodeAddress(address) else {
            throw RequestError(500, "Unable to reach primary cluster manager (no address): \(address)")
        }
        let target = DockerAddress(.network(host: node.host, port: Int(node.port)), tls: tls)
        if let known = primary.withLock({ $0 }), known.address == target { return known }
        do throws(DockerError) {
            var limits = EngineLimits()
            limits.connect = Self.connect
            let engine = try DockerEngine(target, limits: limits, logger: logger)
            primary.withLock { $0 = engine }
            return engine
        } catch {
            throw RequestError(500, "Unable to reach primary cluster manager (\(error)): \(address)")
        }
    }
}
