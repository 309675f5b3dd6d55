internal import AsyncHTTPClient
internal import FoundationEssentials
internal import KeyValue
internal import NIOCore
internal import NIOHTTP1

/// Why the admin API did not do what it was asked.
public struct AdminFailure: Error, CustomStringConvertible {
    /// What was wrong: what would be right.
    public let description: String
}

/// Asks an edge's admin API.
public struct AdminClient: Sendable {
    /// An answer, whatever its status.
    public struct Answer: Sendable {
        /// The status of HTTP.
        public var status: Int
        /// All of the body.
        public var body: [UInt8]
    }

    /// Octets of an answer: lists of ten thousand endpoints have some five million.
    private static let bodyMaximum = 32 << 20
    private static let patience: TimeAmount = .seconds(10)

    /// Whom it asks.
    public let address: AdminAddress
    private let token: String?
    private let client: HTTPClient

    /// A client; whoever made it ends it with ``shutdown()``.
    ///
    /// - Parameter token: what the API wants to be shown; nil or empty where it wants nothing.
    public init(_ address: AdminAddress, token: String?) {
        self.address = address
        self.token = token.flatMap { $0.isEmpty ? nil : $0 }
        // The stream has a word every other second; what is silent for longer is gone.
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: Self.patience))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes its connections.
    public func shutdown() async {
        // What cannot be closed in order is closed by the end of the program.
        try? await client.shutdown()
    }

    /// Asks for what is at a path, with its query.
    public func get(_ target: String) async throws(AdminFailure) -> Answer {
        try await send(request(target))
    }

    /// Asks for an object, which is decoded.
    func object<Object: Decodable & Sendable>(
        _ target: String, as type: Object.Type
    ) async throws(AdminFailure) -> Object {
        let answer = try await get(target)
        guard answer.status == 200 else { throw refusal(answer) }
        return try decode(type, answer.body)
    }

    /// Has something changed; throws what the API says if it does not.
    func put(_ target: String) async throws(AdminFailure) {
        var request = request(target)
        request.method = .PUT
        // What no page of a browser can send without asking first.
        request.headers.add(name: "X-Requested-With", value: "portico")
        let answer = try await send(request)
        guard answer.status == 200 else { throw refusal(answer) }
    }

    /// What the API says of an answer that is none.
    public func refusal(_ answer: Answer) -> AdminFailure {
        struct Refusal: Decodable { var error: String }
        if answer.status == 401 {
            return AdminFailure(
                description: "\(address) wants a token: give it by PORTICO_ADMIN_TOKEN or --token-file")
        }
        let refusal = try? JSONDecoder().decode(Refusal.self, from: Data(answer.body))
        return AdminFailure(description: refusal?.error ?? "\(address) answered \(answer.status)")
    }

    /// Follows a stream of events until it ends, is cancelled, or `take` throws or wants no more.
    func follow(
        _ target: String, after last: UInt64?, _ take: (ServerSentEvents.Event) async throws -> Bool
    ) async throws(AdminFailure) {
        var request = request(target)
        request.headers.add(name: "Accept", value: "text/event-stream")
        if let last { request.headers.add(name: "Last-Event-ID", value: "\(last)") }
        do {
            let response = try await client.execute(request, deadline: .distantFuture)
            guard response.status == .ok else {
                let body = try await response.body.collect(upTo: 64 << 10)
                throw refusal(Answer(status: Int(response.status.code), body: Array(body.readableBytesView)))
            }
            var events = ServerSentEvents()
            for try await piece in response.body {
                for event in try events.events(Array(piece.readableBytesView)) {
                    guard try await take(event) else { return }
                }
            }
        } catch {
            throw failure(error)
        }
    }

    /// An object from JSON.
    func decode<Object: Decodable>(_ type: Object.Type, _ octets: [UInt8]) throws(AdminFailure) -> Object {
        do {
            return try JSONDecoder().decode(type, from: Data(octets))
        } catch {
            throw AdminFailure(
                description: "\(address) answered what is not understood: is an edge of this version listening there?")
        }
    }

    private func request(_ target: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.base + target)
        // A Unix socket has no name that the API could take for its own.
        if address.base.hasPrefix("http+unix:") { request.headers.add(name: "Host", value: "localhost") }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return request
    }

    private func send(_ request: HTTPClientRequest) async throws(AdminFailure) -> Answer {
        do {
            let response = try await client.execute(request, timeout: Self.patience)
            let body = try await response.body.collect(upTo: Self.bodyMaximum)
            return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
        } catch {
            throw failure(error)
        }
    }

    private func failure(_ error: any Error) -> AdminFailure {
        if let failure = error as? AdminFailure { return failure }
        if error is ServerSentEvents.TooLarge {
            return AdminFailure(description: "\(address) sent an event that is larger than this reads")
        }
        let peer = RequestFailure.Peer(
            name: "an edge", tlsAdvice: "is the certificate's authority known to this machine?")
        let cause = RequestFailure(error, of: peer, what: "admin API", server: "\(address)", isAfterHead: false)
        return AdminFailure(description: cause.error.description)
    }
}
