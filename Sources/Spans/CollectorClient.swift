internal import AsyncHTTPClient
internal import Control
internal import NIOCore
internal import NIOHTTP1
internal import Routing

/// Who carries spans to a collector: the network, or a test.
protocol SpanCarrier: Sendable {
    /// What the collector says to `document`; whatever goes wrong on the way may go better later.
    func post(_ document: [UInt8]) async -> CollectorAnswer
    /// Lets go of connections.
    func end() async
}

/// Posts spans by OTLP over HTTP.
final class CollectorClient: SpanCarrier {
    /// Octets of an answer: it tells how many spans were refused, and why.
    private static let answerCountMax = 64 << 10

    private let client: HTTPClient
    private let endpoint: String
    private let fields: HTTPHeaders
    private let timeout: Duration

    init(_ settings: TracingSettings, endpoint: String, version: String) {
        self.endpoint = endpoint
        timeout = .milliseconds(Int64(settings.timeout))
        var fields: HTTPHeaders = ["Content-Type": "application/json", "User-Agent": "portico/\(version)"]
        for header in settings.headers { fields.replaceOrAdd(name: header.name, value: header.value) }
        self.fields = fields
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)))
        // When to try again is the exporter's to choose.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func post(_ document: [UInt8]) async -> CollectorAnswer {
        do {
            // The client's own deadline ends with the head; a body may drip for ever.
            return try await withThrowingTaskGroup(of: CollectorAnswer.self) { group in
                group.addTask { try await self.ask(document) }
                group.addTask { [timeout] in
                    try await Task.sleep(for: timeout)
                    return .later(reason: "no whole answer within \(timeout)", after: nil)
                }
                defer { group.cancelAll() }
                return try await group.next() ?? .later(reason: "cancelled", after: nil)
            }
        } catch {
            return .later(reason: "\(error)", after: nil)
        }
    }

    private func ask(_ document: [UInt8]) async throws -> CollectorAnswer {
        var message = HTTPClientRequest(url: endpoint)
        message.method = .POST
        message.headers = fields
        message.body = .bytes(document)
        let response = try await client.execute(message, timeout: TimeAmount(timeout))
        let body = try await response.body.collect(upTo: Self.answerCountMax)
        return CollectorAnswer(
            status: response.status.code, retryAfter: response.headers.first(name: "Retry-After"),
            body: Array(body.readableBytesView))
    }

    func end() async {
        // There is nobody left whom it would help to know.
        try? await client.shutdown()
    }
}
