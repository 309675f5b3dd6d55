internal import DockerEngine
internal import Logging
internal import Synchronization

/// One of several managers: as the primary it answers, as a replica it sends requests on to the primary.
///
/// What a replica says of itself it says itself: paths that end in `/_ping` and `/info`. No request is sent on twice: it
/// carries a field that says that it was.
struct ForwardingResponder: ManagerResponder {
    /// The field of requests that a replica has sent on; its value is the replica's address.
    static let mark = "Portico-Forwarded-By"
    /// How long a request is held while no primary is known: an election that nobody disturbs takes less.
    static let patience = Duration.seconds(10)

    private let local: any ManagerResponder
    private let address: String
    private let tls: DockerTLS?
    private let logger: Logger
    private let role: @Sendable (_ patience: Duration) async -> ClusterReport.Role
    private let primary = Primary()

    /// The client of the primary that was asked last.
    private final class Primary: Sendable {
        let client = Mutex<(address: String, engine: DockerEngine)?>(nil)
    }

    /// A manager at `address`.
    ///
    /// - Parameters:
    ///   - local: who answers as the primary.
    ///   - tls: how the primary is spoken to.
    ///   - role: what this manager is, once the primary is known or that time has passed.
    init(
        _ local: any ManagerResponder, address: String, tls: DockerTLS?, logger: Logger,
        role: @escaping @Sendable (_ patience: Duration) async -> ClusterReport.Role
    ) {
        self.local = local
        self.address = address
        self.tls = tls
        self.logger = logger
        self.role = role
    }

    func reply(to request: ManagerRequest) async throws(RequestError) -> ManagerReply {
        let path = request.path.path
        if path.hasSuffix("/_ping") || path.hasSuffix("/info") { return try await local.reply(to: request) }
        switch await role(Self.patience) {
        case .primary: return try await local.reply(to: request)
        case .replica(of: let primary):
            guard let primary, primary != address, request.field(Self.mark) == nil else {
                throw RequestError(500, "No elected primary cluster manager")
            }
            return .splice(try splice(request, to: primary))
        }
    }

    private func splice(_ request: ManagerRequest, to primary: String) throws(RequestError) -> Splice {
        do {
            var splice = Splice(to: try client(of: primary), target: request.target)
            splice.fields = request.fields + [(Self.mark, address)]
            splice.unreachable = { Self.unreachable($0, primary) }
            return splice
        } catch {
            throw Self.unreachable(error, primary)
        }
    }

    private func client(of address: String) throws(DockerError) -> DockerEngine {
        if let known = primary.client.withLock({ $0?.address == address ? $0?.engine : nil }) { return known }
        let engine = try DockerEngine(
            DockerAddress("tcp://\(address)", tls: tls, source: "replication"), logger: logger)
        primary.client.withLock { $0 = (address, engine) }
        return engine
    }

    /// In classic Docker Swarm's words.
    private static func unreachable(_ error: DockerError, _ address: String) -> RequestError {
        var reason = error.description
        for words in ["docker: connect: tcp://\(address): ", ": is an engine running there?"] {
            if let range = reason.firstRange(of: words) { reason.removeSubrange(range) }
        }
        return RequestError(500, "Unable to reach primary cluster manager (\(reason)): \(address)")
    }
}
