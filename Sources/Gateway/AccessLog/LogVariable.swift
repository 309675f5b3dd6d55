/// What a line of the access log may say of a request, by the name in a format; nginx's names where it has them.
enum LogVariable: String, Sendable, CaseIterable {
    case remoteAddress = "remote_addr"
    case remoteUser = "remote_user"
    case timeLocal = "time_local"
    case timeISO = "time_iso8601"
    case seconds = "msec"
    case request
    case method = "request_method"
    case target = "request_uri"
    case path = "uri"
    case query = "args"
    case version = "server_protocol"
    case host
    case referer = "http_referer"
    case userAgent = "http_user_agent"
    case status
    case bodyBytes = "body_bytes_sent"
    case bytesOut = "bytes_sent"
    case bytesIn = "request_length"
    case requestTime = "request_time"
    case requestID = "request_id"
    case upstreamAddress = "upstream_addr"
    case upstreamHeaderTime = "upstream_header_time"
    case upstreamTime = "upstream_response_time"
    case route
    case service
    case endpoint
    case failure
    case generation
    case tries
    case sentMilliseconds = "sent_ms"
    case firstByteMilliseconds = "first_byte_ms"
    case durationMilliseconds = "duration_ms"
    case permissionMilliseconds = "auth_ms"
    case traceID = "trace_id"
    case spanID = "span_id"
}
