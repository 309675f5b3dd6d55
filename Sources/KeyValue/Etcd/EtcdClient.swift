internal import AsyncHTTPClient
import FoundationEssentials
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Sends requests to the first of several members of etcd that answers, through its gateway from JSON to gRPC.
///
/// The member that answered last is asked first. One that cannot be reached, is late, has no leader or answers with a server
/// error makes the next one the first, and the request goes there at once if it may (``EtcdRequest/Repetition``). Each
/// address has a pool of kept connections of its own. A user's token is asked for when it is first needed, and again when
/// it is no longer good (``EtcdTokens``).
final class EtcdClient: Sendable {
    /// One address and its connections.
    struct Server: Sendable {
        /// The address, for errors.
        var label: String
        /// What every request's URL begins with.
        var base: String
        /// The connections.
        var client: HTTPClient
    }

    /// A stream of answers that has begun.
    struct Stream: Sendable {
        /// What comes.
        var body: HTTPClientResponse.Body
        /// Whose it is: an index of the client's addresses.
        var member: Int
        /// Its address, for errors.
        var server: String
        /// The token that was shown.
        var token: String?
    }

    /// What a member is called in errors.
    static let peer = RequestFailure.Peer(
        name: "etcd", tlsAdvice: "check ETCDCTL_CACERT, ETCDCTL_CERT and whether the port speaks TLS")

    /// For logs: the store without secrets.
    let name: String
    /// Waits and bounds.
    let limits: EtcdLimits
    private let servers: [Server]
    private let user: EtcdConfiguration.User?
    private let tokens = EtcdTokens()
    private let preferred = Atomic<Int>(0)
    private let lastHeard: Mutex<[ContinuousClock.Instant]>
    private let logger: Logger

    /// A client; connects when it is first asked.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` if a certificate file cannot be used.
    init(_ configuration: EtcdConfiguration, logger: Logger) throws(KeyValueError) {
        guard !configuration.addresses.isEmpty else {
            throw KeyValueError(.invalid, "store: etcd: no address: etcd://HOST:PORT")
        }
        name = configuration.name
        limits = configuration.limits
        user = configuration.user
        self.logger = logger
        servers = try Self.makeServers(configuration)
        lastHeard = Mutex(Array(repeating: .now, count: servers.count))
    }

    deinit {
        // The clients close their connections; whoever still waits for one holds this object.
        for client in servers.map(\.client) {
            Task { try? await client.shutdown() }
        }
    }

    /// The answer to `request`, from whichever member gives one; what is none of etcd's is ``KeyValueError/Kind/garbled``.
    func answer<Answer: EtcdHeaded>(
        _ type: Answer.Type, to request: EtcdRequest
    ) async throws(RequestFailure) -> Answer {
        let reply = try await send(request)
        return try Self.checked(try Self.decoded(Answer.self, reply.body, request, reply.server), request, reply.server)
    }

    /// The first answer of a stream that ends by itself.
    func firstAnswer<Answer: EtcdHeaded>(
        _ type: Answer.Type, to request: EtcdRequest
    ) async throws(RequestFailure) -> Answer {
        let reply = try await send(request)
        let answer = try Self.decoded(EtcdStreamAnswer<Answer>.self, reply.body, request, reply.server)
        if let error = answer.error { throw EtcdProblem.failure(error, what: request.what, server: reply.server) }
        guard let result = answer.result else {
            throw RequestFailure(.answered, .garbled, "\(request.what): \(reply.server): an answer without a result")
        }
        return try Self.checked(result, request, reply.server)
    }

    /// Begins a stream of answers.
    func open(_ request: EtcdRequest) async throws(RequestFailure) -> Stream {
        try await attempt(request) { member, token throws(RequestFailure) in
            let server = self.servers[member]
            let response = try await self.execute(request, at: server, token, deadline: self.limits.answer)
            guard response.status == .ok else { throw await self.refusal(response, request, server) }
            return Stream(body: response.body, member: member, server: server.label, token: token)
        }
    }

    /// Asks a member whether it is there and has a leader.
    ///
    /// - Parameter key: one that the user may read.
    func pulse(of member: Int, key: [UInt8]) async throws(RequestFailure) {
        let server = servers[member]
        let request = EtcdRequest(what: "pulse", path: "kv/range", json: EtcdMessage.pulse(key))
        let token = try await token(at: server)
        do throws(RequestFailure) {
            _ = try await ask(server, request, token, deadline: limits.pulse)
        } catch  where error.reach == .final {
            // Whatever it says, it is there.
            if EtcdProblem.isAboutToken(error.error.description) { await tokens.forget(token) }
        }
        heard(from: member)
    }

    /// Notes that a member is there.
    func heard(from member: Int) {
        lastHeard.withLock { $0[member] = .now }
    }

    /// When a member was last heard of.
    func lastWord(of member: Int) -> ContinuousClock.Instant {
        lastHeard.withLock { $0[member] }
    }

    /// Has the next member asked first, unless somebody has moved on from this one already.
    func moveOn(from member: Int) {
        _ = preferred.compareExchange(expected: member, desired: (member + 1) % servers.count, ordering: .relaxed)
    }

    /// Has a new token asked for, unless somebody has one already.
    func forget(_ token: String?) async {
        await tokens.forget(token)
    }

    // MARK: Asking

    private func send(_ request: EtcdRequest) async throws(RequestFailure) -> EtcdReply {
        try await attempt(request) { member, token throws(RequestFailure) in
            let reply = try await self.ask(self.servers[member], request, token, deadline: self.limits.answer)
            self.heard(from: member)
            return reply
        }
    }

    /// Asks one member after the other.
    private func attempt<Answer: Sendable>(
        _ request: EtcdRequest, _ ask: (_ member: Int, _ token: String?) async throws(RequestFailure) -> Answer
    ) async throws(RequestFailure) -> Answer {
        // A kept connection may have been closed by the member just as it is used: the only address gets a second chance.
        var left = max(servers.count, 2)
        var mayRenew = user != nil
        while true {
            let member = preferred.load(ordering: .relaxed)
            var token: String?
            do throws(RequestFailure) {
                token = try await self.token(at: servers[member])
                return try await ask(member, token)
            } catch {
                if mayRenew, EtcdProblem.isAboutToken(error.error.description) {
                    mayRenew = false
                    await tokens.forget(token)
                    continue
                }
                left -= 1
                logger.debug("etcd request failed", metadata: ["error": "\(error.error.description)"])
                guard error.reach != .cancelled, error.reach != .final else { throw error }
                moveOn(from: member)
                guard left > 0, mayRepeat(request, after: error.reach) else { throw error }
            }
        }
    }

    private func mayRepeat(_ request: EtcdRequest, after reach: RequestFailure.Reach) -> Bool {
        switch reach {
        case .notSent: servers.count > 1
        case .lost: request.repetition == .always
        case .late, .answered: request.repetition == .always && servers.count > 1
        case .final, .cancelled: false
        }
    }

    private func ask(
        _ server: Server, _ request: EtcdRequest, _ token: String?, deadline: Duration
    ) async throws(RequestFailure) -> EtcdReply {
        let response = try await execute(request, at: server, token, deadline: deadline)
        guard response.status == .ok else { throw await refusal(response, request, server) }
        do {
            return EtcdReply(body: try await collect(response), server: server.label)
        } catch {
            throw RequestFailure(error, of: Self.peer, what: request.what, server: server.label, isAfterHead: true)
        }
    }

    private func execute(
        _ request: EtcdRequest, at server: Server, _ token: String?, deadline: Duration
    ) async throws(RequestFailure) -> HTTPClientResponse {
        var message = HTTPClientRequest(url: "\(server.base)/v3/\(request.path)")
        message.method = .POST
        // A member without a leader refuses at once, and ends its watches, instead of waiting for one.
        message.headers = [
            "User-Agent": "portico", "Content-Type": "application/json", "Grpc-Metadata-hasleader": "true",
        ]
        if let token { message.headers.add(name: "Authorization", value: token) }
        message.body = .bytes(Array(request.json.utf8))
        do {
            return try await server.client.execute(message, timeout: TimeAmount(deadline))
        } catch {
            throw RequestFailure(error, of: Self.peer, what: request.what, server: server.label, isAfterHead: false)
        }
    }

    private func refusal(
        _ response: HTTPClientResponse, _ request: EtcdRequest, _ server: Server
    ) async -> RequestFailure {
        do {
            let body = try await collect(response)
            return EtcdProblem.failure(
                status: Int(response.status.code), body: Array(body.readableBytesView), what: request.what,
                server: server.label)
        } catch {
            return RequestFailure(error, of: Self.peer, what: request.what, server: server.label, isAfterHead: true)
        }
    }

    /// The body, within its size and time.
    private func collect(_ response: HTTPClientResponse) async throws -> ByteBuffer {
        let limits = limits
        return try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
            group.addTask { try await response.body.collect(upTo: limits.bodyBytesMax) }
            group.addTask {
                try await Task.sleep(for: limits.body)
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            guard let body = try await group.next() else { throw CancellationError() }
            return body
        }
    }

    // MARK: Tokens

    private func token(at server: Server) async throws(RequestFailure) -> String? {
        guard let user else { return nil }
        return try await tokens.token { [self] in
            do throws(RequestFailure) {
                return .success(try await authenticate(user, at: server))
            } catch {
                return .failure(error)
            }
        }
    }

    /// A token for the user; nil if the cluster asks nobody who they are.
    private func authenticate(
        _ user: EtcdConfiguration.User, at server: Server
    ) async throws(RequestFailure) -> String? {
        let request = EtcdRequest(
            what: "login of \(user.name)", path: "auth/authenticate",
            json: #"{"name":\#(JSONText.quoted(user.name)),"password":\#(JSONText.quoted(user.password))}"#)
        do throws(RequestFailure) {
            let reply = try await ask(server, request, nil, deadline: limits.answer)
            let answer = try Self.decoded(EtcdTokenAnswer.self, reply.body, request, reply.server)
            guard let token = try Self.checked(answer, request, reply.server).token, !token.isEmpty,
                token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else {
                throw RequestFailure(.answered, .garbled, "\(request.what): \(reply.server): an answer without a token")
            }
            return token
        } catch  where error.error.description.contains("authentication is not enabled") {
            return nil
        }
    }

    // MARK: Reading

    private static func decoded<Answer: Decodable>(
        _ type: Answer.Type, _ body: ByteBuffer, _ request: EtcdRequest, _ server: String
    ) throws(RequestFailure) -> Answer {
        let octets = Array(body.readableBytesView)
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(octets))
        } catch {
            throw RequestFailure(
                .answered, .garbled, "\(request.what): \(server): not etcd's JSON: \(EtcdProblem.excerpt(octets))")
        }
    }

    /// Refuses JSON of something else: etcd's answers name their cluster.
    private static func checked<Answer: EtcdHeaded>(
        _ answer: Answer, _ request: EtcdRequest, _ server: String
    ) throws(RequestFailure) -> Answer {
        guard let header = answer.header, header.clusterID != 0, header.revision > 0 else {
            throw RequestFailure(
                .answered, .garbled, "\(request.what): \(server): an answer without a cluster's ID: is this etcd?")
        }
        return answer
    }
}
