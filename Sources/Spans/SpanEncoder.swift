public import Gateway
internal import KeyValue
internal import Routing

/// Spans of requests in OTLP's JSON form (opentelemetry-proto, `ExportTraceServiceRequest`), named by OpenTelemetry's
/// conventions for HTTP.
///
/// Each request is a server's span, each of its tries a client's below it. Pure.
public struct SpanEncoder: Sendable {
    private let resource: SpanResource

    /// An encoder of spans of `resource`.
    public init(_ resource: SpanResource) {
        self.resource = resource
    }

    /// Spans that are made of `requests`.
    public static func count(of requests: [TracedRequest]) -> Int { requests.reduce(0) { $0 + 1 + $1.tries.count } }

    /// The document of `requests`.
    public func document(of requests: [TracedRequest]) -> [UInt8] {
        var writer = JSONWriter(isPretty: false)
        writer.object { writer in
            writer.list("resourceSpans") { writer in
                writer.object { writer in
                    writer.name("resource")
                    writer.object { writer in
                        writer.list("attributes") { writer in
                            for attribute in resource.attributes { writer.attribute(attribute.name, attribute.value) }
                        }
                    }
                    writer.list("scopeSpans") { writer in
                        writer.object { writer in
                            writer.name("scope")
                            writer.object { writer in
                                writer.member("name", "portico")
                                writer.member("version", resource.version)
                            }
                            writer.list("spans") { writer in
                                for request in requests { write(request, to: &writer) }
                            }
                        }
                    }
                }
            }
        }
        return writer.finished()
    }

    private func write(_ request: TracedRequest, to writer: inout JSONWriter) {
        let seen = request.request
        let line = RequestLine(seen.line)
        writer.object { writer in
            writer.ids(of: request, span: request.span, parent: request.parent)
            writer.member("name", seen.route.map { "\(line.method) \($0)" } ?? line.method)
            writer.frame(kind: .server, from: request.began, to: request.ended)
            writer.list("attributes") { writeAttributes(of: request, line, to: &$0) }
            // What a client did wrong is no error of the edge's (HTTP's conventions).
            if seen.status >= 500 { writer.error(seen.failure ?? "") }
        }
        for (index, (attempt, span)) in zip(seen.tries, request.tries).enumerated() where span != 0 {
            write(attempt, number: index, span: span, of: request, line, to: &writer)
        }
    }

    private func writeAttributes(of request: TracedRequest, _ line: RequestLine, to list: inout JSONWriter) {
        let seen = request.request
        list.attributes(of: line)
        list.attribute("url.scheme", seen.isSecure ? "https" : "http")
        list.attribute("url.path", line.path)
        if let query = line.query { list.attribute("url.query", query) }
        list.attributes(host: seen.host)
        list.attribute("http.response.status_code", seen.status)
        if let route = seen.route { list.attribute("http.route", route) }
        if let failure = seen.failure {
            list.attribute("error.type", failure)
        } else if seen.status >= 500 {
            list.attribute("error.type", "\(seen.status)")
        }
        list.attribute("client.address", seen.client)
        list.attribute("network.peer.address", request.peer)
        if let agent = request.userAgent { list.attribute("user_agent.original", agent) }
        list.attribute("http.request.size", Int(clamping: seen.receivedBytes))
        list.attribute("http.response.size", Int(clamping: seen.sentBytes))
        if let user = seen.user { list.attribute("enduser.id", user) }
        if let service = seen.service { list.attribute("portico.service", service) }
        list.attribute("portico.listener", seen.listener)
        list.attribute("portico.request_id", seen.id)
        list.attribute("portico.generation", Int(clamping: seen.generation))
    }

    private func write(
        _ attempt: RecentRequest.Try, number: Int, span: UInt64, of request: TracedRequest, _ line: RequestLine,
        to writer: inout JSONWriter
    ) {
        let began = request.began &+ Self.nanoseconds(attempt.began)
        let status = attempt.status ?? 0
        let isOvertaken = attempt.outcome == "overtaken"
        let isWell = attempt.outcome == "answered" || isOvertaken
        writer.object { writer in
            writer.ids(of: request, span: span, parent: request.span)
            writer.member("name", line.method)
            writer.frame(kind: .client, from: began, to: began &+ Self.nanoseconds(attempt.took))
            writer.list("attributes") { list in
                list.attributes(of: line)
                list.attributes(host: attempt.endpoint)
                list.attributes(peer: attempt.endpoint)
                if status > 0 { list.attribute("http.response.status_code", status) }
                if number > 0 { list.attribute("http.request.resend_count", number) }
                if !isWell {
                    list.attribute("error.type", attempt.outcome)
                } else if status >= 400 {
                    list.attribute("error.type", "\(status)")
                }
                list.attribute("portico.connection_reused", attempt.isReused)
                if isOvertaken { list.attribute("portico.overtaken", true) }
            }
            if attempt.outcome == "answered" { writeEvents(of: request, to: &writer) }
            if !isWell { writer.error(attempt.outcome) } else if status >= 400 { writer.error("") }
        }
    }

    /// When the try that was answered was sent, and when its answer began.
    private func writeEvents(of request: TracedRequest, to writer: inout JSONWriter) {
        guard let sent = request.request.timings.beforeSending else { return }
        writer.list("events") { writer in
            writer.event("request sent", at: request.began &+ Self.nanoseconds(sent))
            if let waited = request.request.timings.firstByte {
                writer.event("answer began", at: request.began &+ Self.nanoseconds(sent + waited))
            }
        }
    }

    private static func nanoseconds(_ seconds: Double) -> UInt64 { UInt64(max(0, seconds) * 1_000_000_000) }
}
