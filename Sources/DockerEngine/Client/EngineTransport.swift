internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Sends requests to one engine over kept connections, and says in words what went wrong.
final class EngineTransport: Sendable {
    /// For errors: the address.
    let label: String
    /// Waits and bounds.
    let limits: EngineLimits
    private let client: HTTPClient
    private let base: String
    private let headers: HTTPHeaders
    private let tls: TLSConfiguration?
    private let context = Mutex<NIOSSLContext?>(nil)

    /// A transport; connects when it is first asked.
    ///
    /// Throws ``DockerError/Kind/invalid`` if a certificate file cannot be used.
    init(_ address: DockerAddress, limits: EngineLimits) throws(DockerError) {
        label = address.description
        self.limits = limits
        let tls = try address.tls.map { (tls: DockerTLS) throws(DockerError) in try tls.makeConfiguration() }
        var http = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(limits.connect)))
        http.httpVersion = .http1Only
        // Who asks decides whether and when to ask again.
        http.connectionPool.retryConnectionEstablishment = false
        http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = limits.connectionsMax
        var headers: HTTPHeaders = ["User-Agent": "portico", "Accept": "application/json"]
        switch address.location {
        case .unix(let path):
            base = "http+unix://\(PercentEncoding.encode(path))"
            headers.add(name: "Host", value: "docker")
        case .network(let host, let port):
            http.http1_1ConnectionDebugInitializer = Self.keepAlive
            let shown = host.contains(":") ? "[\(host)]" : host
            base = "\(tls == nil ? "http" : "https")://\(shown):\(port)\(address.path)"
        }
        self.headers = headers
        self.tls = tls
        client = HTTPClient(eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: http)
    }

    deinit {
        // It closes its connections; whoever still waits for one holds this object.
        let client = client
        Task { try? await client.shutdown() }
    }

    /// How TLS is spoken on connections that are no kept ones; nil in the clear.
    func streamContext() throws -> NIOSSLContext? {
        guard let tls else { return nil }
        return try context.withLock { context in
            if let context { return context }
            let made = try NIOSSLContext(configuration: tls)
            context = made
            return made
        }
    }

    /// The whole answer to `request`, which is a success.
    ///
    /// A kept connection may have been closed by the engine just as it is used, so what only asks is sent twice.
    func send(_ request: EngineRequest, version: APIVersion? = nil) async throws(DockerError) -> EngineAnswer {
        do {
            return try await sendOnce(request, version: version)
        } catch  where error.kind == .lost && request.method == .GET {
            return try await sendOnce(request, version: version)
        }
    }

    private func sendOnce(_ request: EngineRequest, version: APIVersion?) async throws(DockerError) -> EngineAnswer {
        let answer = try await exchange(request, version: version)
        guard (200...299).contains(answer.status) else { throw refusal(answer, request) }
        return answer
    }

    /// The whole answer to `request`, whatever its status; sent once.
    func exchange(_ request: EngineRequest, version: APIVersion?) async throws(DockerError) -> EngineAnswer {
        let message = message(request, version)
        do {
            let (client, limit) = (client, limits.bodyBytesMax)
            return try await Self.within(request.deadline) {
                try await Self.whole(client.execute(message, deadline: .distantFuture), upTo: limit)
            }
        } catch {
            throw EngineFailure.describe(error, what: request.what, engine: label)
        }
    }

    /// The answer to `request` once its head, which is a success, is here; its body is endless.
    func open(_ request: EngineRequest, version: APIVersion?) async throws(DockerError) -> HTTPClientResponse.Body {
        let message = message(request, version)
        let response: HTTPClientResponse
        let excerpt: [UInt8]
        do {
            let client = client
            (response, excerpt) = try await Self.within(request.deadline) {
                let response = try await client.execute(message, deadline: .distantFuture)
                guard response.status.code / 100 != 2 else { return (response, []) }
                return (response, Array(try await response.body.collect(upTo: 64 << 10).readableBytesView))
            }
        } catch {
            throw EngineFailure.describe(error, what: request.what, engine: label)
        }
        let status = Int(response.status.code)
        guard (200...299).contains(status) else {
            throw refusal(EngineAnswer(status: status, headers: response.headers, body: excerpt), request)
        }
        return response.body
    }

    /// The answer to `request` once its head is here, whatever its status.
    ///
    /// - Parameters:
    ///   - body: what is sent in place of the request's own body; while it goes on, the deadline begins anew.
    func start(
        _ request: EngineRequest, body: EngineBody?, version: APIVersion?
    ) async throws(DockerError) -> HTTPClientResponse {
        var message = message(request, version)
        let activity = CallActivity()
        if let body { message.body = body.make(activity) }
        do {
            let (client, sent) = (client, message)
            return try await withThrowingTaskGroup(of: HTTPClientResponse.self) { group in
                group.addTask { try await client.execute(sent, deadline: .distantFuture) }
                group.addTask {
                    try await activity.silence(of: request.deadline)
                    throw CancellationError()
                }
                defer { group.cancelAll() }
                guard let response = try await group.next() else { throw CancellationError() }
                return response
            }
        } catch {
            throw EngineFailure.describe(error, what: request.what, engine: label)
        }
    }

    /// The whole of an answer whose head is here, within the request's deadline.
    func collect(_ response: HTTPClientResponse, _ request: EngineRequest) async throws(DockerError) -> EngineAnswer {
        do {
            let limit = limits.bodyBytesMax
            return try await Self.within(request.deadline) { try await Self.whole(response, upTo: limit) }
        } catch {
            throw EngineFailure.describe(error, what: request.what, engine: label)
        }
    }

    private static func whole(_ response: HTTPClientResponse, upTo limit: Int) async throws -> EngineAnswer {
        do {
            let body = try await response.body.collect(upTo: limit)
            return EngineAnswer(
                status: Int(response.status.code), headers: response.headers, body: Array(body.readableBytesView))
        } catch {
            throw EngineFailure.InBody(cause: error)
        }
    }

    private func message(_ request: EngineRequest, _ version: APIVersion?) -> HTTPClientRequest {
        var message = HTTPClientRequest(url: base + request.target(version: version))
        message.method = request.method
        message.headers = headers
        for field in request.fields { message.headers.replaceOrAdd(name: field.name, value: field.value) }
        if !request.body.isEmpty { message.body = .bytes(request.body) }
        return message
    }

    /// Engines answer with `{"message": "..."}`; what stands before them may answer with anything.
    func refusal(_ answer: EngineAnswer, _ request: EngineRequest) -> DockerError {
        struct Words: Decodable {
            var message: String
        }
        let words = try? JSONDecoder().decode(Words.self, from: Data(answer.body))
        var text = words?.message ?? String(decoding: answer.body.prefix(200), as: UTF8.self)
        text = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
        while text.hasSuffix(" ") { text.removeLast() }
        return DockerError(
            .refused, status: answer.status, message: words?.message,
            "docker: \(request.what): \(label): HTTP \(answer.status)\(text.isEmpty ? "" : ": \(text)")")
    }

    /// What `body` gives, unless it takes longer.
    static func within<Result: Sendable>(
        _ duration: Duration, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result.self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(for: duration)
                throw HTTPClientError.deadlineExceeded
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    /// Has the kernel ask whether the other side is still there, so that a host that lost its power is noticed in half a
    /// minute by whoever waits for events.
    static let keepAlive: @Sendable (any Channel) -> EventLoopFuture<Void> = { channel in
        channel.setOption(.socketOption(.so_keepalive), value: 1).flatMap {
            channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 15)
        }.flatMap {
            channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 5)
        }.flatMap {
            channel.setOption(.tcpOption(.init(rawValue: TCP_KEEPCNT)), value: 3)
        }
    }
}
