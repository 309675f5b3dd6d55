internal import AsyncHTTPClient
internal import FoundationEssentials
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Sends requests to the first of several Consul agents that answers.
///
/// The agent that answered last is asked first. One that cannot be reached, is late or answers with a server error makes
/// the next one the first, and the request goes there at once if it may (``ConsulRequest/Repetition``). Each address has a
/// pool of kept connections of its own.
final class ConsulClient: Sendable {
    /// One address and its connections.
    private struct Server: Sendable {
        var label: String
        var base: String
        var client: HTTPClient
    }

    private static let peer = RequestFailure.Peer(
        name: "Consul", tlsAdvice: "check CONSUL_CACERT, CONSUL_TLS_SERVER_NAME and whether the port speaks TLS")

    /// For logs: the store without secrets.
    let name: String
    /// Waits and bounds.
    let limits: ConsulLimits
    private let servers: [Server]
    private let headers: HTTPHeaders
    private let commonQuery: [(name: String, value: String?)]
    private let preferred = Atomic<Int>(0)
    private let logger: Logger

    /// A client; connects when it is first asked.
    ///
    /// Throws ``KeyValueError/Kind/invalid`` if a certificate file cannot be used.
    init(_ configuration: ConsulConfiguration, logger: Logger) throws(KeyValueError) {
        guard !configuration.addresses.isEmpty else {
            throw KeyValueError(.invalid, "store: consul: no address: consul://HOST:PORT")
        }
        name = configuration.name
        limits = configuration.limits
        self.logger = logger
        var headers: HTTPHeaders = ["User-Agent": "portico", "Accept": "application/json"]
        if let token = configuration.token { headers.add(name: "X-Consul-Token", value: token) }
        if let credentials = configuration.basicAuthentication {
            headers.add(name: "Authorization", value: "Basic \(Base64.encode(Array(credentials.utf8)))")
        }
        if configuration.closesConnections { headers.add(name: "Connection", value: "close") }
        self.headers = headers
        var query: [(name: String, value: String?)] = []
        if let datacenter = configuration.datacenter { query.append(("dc", datacenter)) }
        if let namespace = configuration.namespace { query.append(("ns", namespace)) }
        commonQuery = query
        let tls = try configuration.tls.map(Self.makeTLS)
        servers = configuration.addresses.map { Self.makeServer($0, configuration, tls) }
    }

    deinit {
        // The clients close their connections; whoever still waits for one holds this object.
        for client in servers.map(\.client) {
            Task { try? await client.shutdown() }
        }
    }

    /// The answer to `request`, from whichever address gives one.
    ///
    /// Statuses of 500 and above are failures, and so is 429; what the others mean depends on the request.
    func send(_ request: ConsulRequest) async throws(RequestFailure) -> ConsulAnswer {
        var request = request
        let names = Set(request.query.map(\.name))
        request.query += commonQuery.filter { !names.contains($0.name) }
        // A kept connection may have been closed by the agent just as it is used: the only address gets a second chance.
        var left = max(servers.count, 2)
        while true {
            let index = preferred.load(ordering: .relaxed)
            do {
                return try await ask(servers[index], request)
            } catch {
                left -= 1
                logger.debug("consul request failed", metadata: ["error": "\(error.error.description)"])
                guard error.reach != .cancelled, error.reach != .final else { throw error }
                // Only if nobody else has moved on from this one meanwhile.
                _ = preferred.compareExchange(
                    expected: index, desired: (index + 1) % servers.count, ordering: .relaxed)
                guard left > 0, mayRepeat(request, after: error.reach) else { throw error }
            }
        }
    }

    private func mayRepeat(_ request: ConsulRequest, after reach: RequestFailure.Reach) -> Bool {
        switch reach {
        case .notSent: servers.count > 1
        case .lost: request.repetition == .always
        case .late, .answered: request.repetition == .always && servers.count > 1
        case .final, .cancelled: false
        }
    }

    private func ask(_ server: Server, _ request: ConsulRequest) async throws(RequestFailure) -> ConsulAnswer {
        var message = HTTPClientRequest(url: server.base + request.target)
        message.method = request.method
        message.headers = headers
        if let body = request.body { message.body = .bytes(body) }
        var isAfterHead = false
        let response: HTTPClientResponse
        let body: ByteBuffer
        do {
            response = try await server.client.execute(message, timeout: TimeAmount(request.deadline))
            isAfterHead = true
            body = try await collect(response)
        } catch {
            throw RequestFailure(
                error, of: Self.peer, what: request.what, server: server.label, isAfterHead: isAfterHead)
        }
        let answer = ConsulAnswer(
            status: Int(response.status.code), headers: response.headers, body: body, server: server.label)
        guard answer.status < 500, answer.status != 429 else { throw Self.serverError(answer, request.what) }
        return answer
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

    /// Consul reports some of its callers' mistakes as server errors: no other server would say otherwise.
    private static func serverError(_ answer: ConsulAnswer, _ what: String) -> RequestFailure {
        let text = answer.excerpt
        let description = "\(what): \(answer.server): HTTP \(answer.status): \(text)"
        if text.contains("Permission denied") || text.contains("ACL not found") {
            return RequestFailure(.final, .denied, "\(description): give a token that may do this")
        }
        let mistakes = ["invalid session", "Invalid Session", "session lookup", "No path to datacenter"]
        if mistakes.contains(where: text.contains) { return RequestFailure(.final, .invalid, description) }
        return RequestFailure(.answered, .unavailable, description)
    }
}

// MARK: Making connections

extension ConsulClient {
    private static func makeServer(
        _ address: StoreAddress, _ configuration: ConsulConfiguration, _ tls: TLSConfiguration?
    ) -> Server {
        var http = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(configuration.limits.connect)))
        http.httpVersion = .http1Only
        // The next address is the better retry, and the watch has a pause of its own.
        http.connectionPool.retryConnectionEstablishment = false
        // Every watch holds a connection while it waits.
        http.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.limits.connectionsMax
        http.connectionPool.idleTimeout = TimeAmount(configuration.limits.idle)
        let base: String
        switch address {
        case .unix(let path):
            let scheme = tls == nil ? "http+unix" : "https+unix"
            base = "\(scheme)://\(PercentCoding.encodeQuery(path))"
        case .network(let host, let port):
            http.http1_1ConnectionDebugInitializer = KeepAlive.initializer(within: configuration.limits.keepAlive)
            var shown = host.contains(":") ? "[\(host)]" : host
            if let serverName = configuration.tls?.serverName {
                // The URL's host is what the certificate must name; the connection goes to the address.
                http.dnsOverride = [serverName: host]
                shown = serverName
            }
            base = "\(tls == nil ? "http" : "https")://\(shown):\(port)"
        }
        let client = HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton), configuration: http)
        let scheme = tls == nil ? "consul" : "consuls"
        return Server(label: "\(scheme)://\(address)", base: base, client: client)
    }

    private static func makeTLS(_ tls: ConsulConfiguration.TLS) throws(KeyValueError) -> TLSConfiguration {
        var result = TLSConfiguration.makeClientConfiguration()
        if !tls.isVerified { result.certificateVerification = .none }
        if let file = tls.authorityFile {
            result.trustRoots = .certificates(try certificates(file, "CONSUL_CACERT"))
        } else if let text = tls.authorityText {
            do {
                result.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)))
            } catch {
                throw KeyValueError(.invalid, "store: ca_cert_bytes: not readable (\(error)): PEM certificates")
            }
        } else if let folder = tls.authorityFolder {
            result.trustRoots = .certificates(try certificates(in: folder))
        }
        if let file = tls.certificateFile {
            result.certificateChain = try certificates(file, "CONSUL_CLIENT_CERT").map { .certificate($0) }
        }
        if let file = tls.keyFile {
            do {
                result.privateKey = .privateKey(try NIOSSLPrivateKey(file: file, format: .pem))
            } catch {
                throw KeyValueError(.invalid, "store: CONSUL_CLIENT_KEY=\(file): not readable (\(error)): a PEM key")
            }
        }
        return result
    }

    /// The certificates of all files in a folder, whatever their names.
    private static func certificates(in folder: String) throws(KeyValueError) -> [NIOSSLCertificate] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw KeyValueError(.invalid, "store: ca_path=\(folder): not readable: a folder of PEM certificates")
        }
        var found: [NIOSSLCertificate] = []
        for name in names.sorted() {
            // A folder of authorities holds indexes and notes as well.
            found += (try? NIOSSLCertificate.fromPEMFile("\(folder)/\(name)")) ?? []
        }
        guard !found.isEmpty else {
            throw KeyValueError(
                .invalid, "store: ca_path=\(folder): no certificate in it: a folder of PEM certificates")
        }
        return found
    }

    private static func certificates(_ file: String, _ variable: String) throws(KeyValueError) -> [NIOSSLCertificate] {
        do {
            return try NIOSSLCertificate.fromPEMFile(file)
        } catch {
            throw KeyValueError(.invalid, "store: \(variable)=\(file): not readable (\(error)): PEM certificates")
        }
    }
}
