import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// Takes requests to the endpoints, and keeps out those that no client of a store would send.
struct APIResponder: HTTPResponder {
    /// What belongs to one request.
    struct Context: InitializableFromSource {
        /// The client's connection.
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
        }
    }

    let store: EmbeddedStore
    let datacenter: String
    /// Where this is served.
    let address: String
    /// Whether only names of this machine are taken as Host: where only this machine's programs, browsers among them, can
    /// reach it.
    let isGuarded: Bool
    let sessionTTLMinimum: Duration

    /// Consul's `kv_max_value_size` and `txn_max_req_len`, and enough for any session.
    private static let bodyMaximum = EmbeddedStore.valueSizeMaximum

    func respond(to request: Request, context: Context) async throws -> Response {
        var answer: APIAnswer
        do throws(APIError) {
            answer = try await self.answer(request, context)
        } catch {
            answer = error.answer
        }
        let body =
            answer.body.isEmpty
            ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        return Response(status: answer.status, headers: answer.fields, body: body)
    }

    private func answer(_ request: Request, _ context: Context) async throws(APIError) -> APIAnswer {
        try refuseStrangers(request)
        let query = try APIQuery(target: request.head.path ?? "")
        guard let endpoint = APIEndpoint(path: query.path) else { throw APIError(.notFound, "") }
        guard endpoint.methods.contains(request.method) else {
            return try refuse(request.method, at: endpoint)
        }
        if let asked = query["dc"], !asked.isEmpty, asked != datacenter {
            throw APIError(.internalServerError, "No path to datacenter")
        }
        let body = endpoint.hasBody ? try await read(request, endpoint) : []
        let read = APIRequest(method: request.method, query: query, body: body)
        guard query.has("index") else { return try await self.answer(read, at: endpoint) }
        return try await whileConnected(context) { () async throws(APIError) in
            try await self.answer(read, at: endpoint)
        }
    }

    private func answer(_ request: APIRequest, at endpoint: APIEndpoint) async throws(APIError) -> APIAnswer {
        let sessions = APISessions(store: store, ttlMinimum: sessionTTLMinimum)
        let agent = APIAgent(store: store, datacenter: datacenter, address: address)
        return switch endpoint {
        case .key(let key): try await APIKeys(store: store).answer(request, key: key)
        case .transaction: try await APITransactions(store: store).answer(request)
        case .sessionCreate: try await sessions.create(request)
        case .sessionDestroy(let id): try await sessions.destroy(request, id: id)
        case .sessionRenew(let id): try await sessions.renew(request, id: id)
        case .sessionInfo(let id): try await sessions.info(request, id: id)
        case .sessionNode(let node): try await sessions.list(request, node: node)
        case .sessionList: try await sessions.list(request)
        case .leader: agent.leader(request)
        case .peers: agent.peers(request)
        case .agent: agent.itself(request)
        case .members: agent.members(request)
        case .agentServices, .agentChecks: agent.nothing(request)
        case .datacenters: agent.datacenters(request)
        case .nodes: try await agent.nodes(request)
        case .services: try await agent.services(request)
        case .service: try await agent.instances(request)
        }
    }

    // MARK: What is refused

    /// Refuses what a browser sends for a page of somebody else.
    ///
    /// No page is served here, so a request that names a page it comes from is none of ours; and a name that an attacker
    /// had resolve to this machine's loopback address gives itself away by not being a local one.
    private func refuseStrangers(_ request: Request) throws(APIError) {
        if request.headers[.origin] != nil {
            throw APIError(.forbidden, "Requests from web pages (with an Origin) are refused")
        }
        guard isGuarded else { return }
        let host = HostText.name(request.head.authority ?? "")
        guard HostText.isLocal(host) else {
            throw APIError(
                .forbidden, "Host \(GoText.quoted(host)) is none of this machine's: use localhost or the address")
        }
    }

    private func refuse(_ method: HTTPRequest.Method, at endpoint: APIEndpoint) throws(APIError) -> APIAnswer {
        let allowed = "OPTIONS," + endpoint.methods.map(\.rawValue).joined(separator: ",")
        if method == .options {
            var answer = APIAnswer(status: .ok)
            answer.fields[.allow] = allowed
            return answer
        }
        var error = APIError(.methodNotAllowed, method == .head ? "" : "method \(method.rawValue) not allowed")
        error.fields[.allow] = allowed
        throw error
    }

    private func read(_ request: Request, _ endpoint: APIEndpoint) async throws(APIError) -> [UInt8] {
        let setting = endpoint == .transaction ? "txn_max_req_len" : "kv_max_value_size"
        let hint = "max size: \(Self.bodyMaximum) bytes. See https://www.consul.io/docs/agent/options.html#\(setting)."
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > Self.bodyMaximum {
            throw APIError(.contentTooLarge, "Request body(\(length) bytes) too large, \(hint)")
        }
        var body: [UInt8] = []
        do {
            for try await part in request.body {
                guard body.count + part.readableBytes <= Self.bodyMaximum else {
                    throw APIError(.contentTooLarge, "Request body too large, \(hint)")
                }
                body.append(contentsOf: part.readableBytesView)
            }
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError(.badRequest, "The request's body ended early")
        }
        return body
    }

    /// Does `body`; cancelled, and so answered at once, when the client goes or the server is to end.
    private func whileConnected(
        _ context: Context, _ body: @escaping @Sendable () async throws(APIError) -> APIAnswer
    ) async throws(APIError) -> APIAnswer {
        let channel = context.channel
        let leaving = channel.eventLoop.submit {
            let handler = try channel.pipeline.syncOperations.handler(type: APIConnectionHandler.self)
            return handler.whenLeaving(on: channel.eventLoop)
        }
        .flatMap { $0 }
        let task = Task { () async -> Result<APIAnswer, APIError> in
            do throws(APIError) { return .success(try await body()) } catch { return .failure(error) }
        }
        leaving.whenComplete { _ in task.cancel() }
        let result = await withTaskCancellationHandler {
            await withGracefulShutdownHandler {
                await task.value
            } onGracefulShutdown: {
                task.cancel()
            }
        } onCancel: {
            task.cancel()
        }
        return try result.get()
    }
}
