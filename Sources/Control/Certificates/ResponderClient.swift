internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Who carries a question to an OCSP responder: the network, or a test.
protocol OCSPCarrier: Sendable {
    /// The responder's answer to the DER of a question.
    func answer(to request: [UInt8], from responder: String) async throws(StapleFailure) -> [UInt8]
}

/// Asks OCSP responders over HTTP (RFC 6960 appendix A).
final class ResponderClient: OCSPCarrier {
    /// For the whole of a question; responders are asked long before it matters.
    private static let deadline: Duration = .seconds(15)
    /// Octets of an answer: real ones have two thousand.
    private static let answerCountMax = 64 << 10

    /// Made when it is first needed: most certificates name no responder any more, and it brings threads.
    private let made = Mutex<HTTPClient?>(nil)

    private static func makeClient() -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)))
        configuration.httpVersion = .http1Only
        // The next attempt is the book's to choose.
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        guard let client = made.withLock({ $0 }) else { return }
        Task { try? await client.shutdown() }
    }

    func answer(to request: [UInt8], from responder: String) async throws(StapleFailure) -> [UInt8] {
        // Under TLS its own certificate would want a responder; answers are signed.
        guard responder.lowercased().hasPrefix("http://") else {
            throw StapleFailure(description: "\(responder) is no http:// URL")
        }
        do {
            // The client's own deadline ends with the head; a body may drip for ever.
            return try await withThrowingTaskGroup(of: [UInt8].self) { group in
                group.addTask { try await self.ask(responder, request) }
                group.addTask {
                    try await Task.sleep(for: Self.deadline)
                    throw StapleFailure(description: "\(responder): no whole answer within \(Self.deadline)")
                }
                defer { group.cancelAll() }
                guard let octets = try await group.next() else { throw CancellationError() }
                return octets
            }
        } catch let failure as StapleFailure {
            throw failure
        } catch {
            throw StapleFailure(description: "\(responder): \(error)")
        }
    }

    private func ask(_ responder: String, _ request: [UInt8]) async throws -> [UInt8] {
        let client = made.withLock { made in
            let client = made ?? Self.makeClient()
            made = client
            return client
        }
        var message = HTTPClientRequest(url: responder)
        message.method = .POST
        message.headers = [
            "Content-Type": "application/ocsp-request", "Accept": "application/ocsp-response", "User-Agent": "portico",
        ]
        message.body = .bytes(request)
        let response = try await client.execute(message, timeout: TimeAmount(Self.deadline))
        guard response.status == .ok else {
            throw StapleFailure(description: "\(responder): HTTP \(response.status.code)")
        }
        let body = try await response.body.collect(upTo: Self.answerCountMax)
        return Array(body.readableBytesView)
    }
}
