import Routing

@testable import Gateway

/// Requests as a gateway hands them out.
enum SpanSamples {
    /// A request of `line`; `failed` are endpoints that were asked before, and why they did not answer.
    static func request(
        _ line: String = "GET /cart?id=7 HTTP/1.1", status: UInt16 = 200, host: String = "shop.example.com:8443",
        agent: String = "curl/8", failure: GatewayError? = nil, endpoint: String = "10.0.0.5:80", number: UInt64 = 1,
        change: (inout LogEntry) -> Void = { _ in }
    ) -> TracedRequest {
        var entry = LogEntry()
        entry.time = 1_764_176_400_000_000_000
        entry.duration = 20_000_000
        entry.chosenAfter = 1_000
        entry.sentAfter = 2_000_000
        entry.firstByteAfter = 15_000_000
        entry.status = status
        (entry.traceHigh, entry.traceLow, entry.span) = (0xab, number, 0xcd)
        (entry.bytesIn, entry.bytesOut) = (100, 2_000)
        entry.generation = 5
        var text: [UInt8] = []
        func add(_ part: String) -> UInt16 {
            text += Array(part.utf8)
            return UInt16(part.utf8.count)
        }
        entry.parts.line = add(line)
        entry.parts.host = add(host)
        entry.parts.agent = add(agent)
        entry.parts.requestID = add("id-1")
        if !endpoint.isEmpty {
            entry.parts.route = add("shop")
            entry.parts.service = add("shop-80")
            entry.parts.endpoint = add(endpoint)
        }
        if let failure { entry.parts.failure = add("\(failure.label)") }
        change(&entry)
        return TracedRequest(
            TraceEntry(parent: 0xef, attempt: 0x1234, peer: entry.peer), entry, LogTexts(text[...], parts: entry.parts),
            listener: ":443")
    }
}
