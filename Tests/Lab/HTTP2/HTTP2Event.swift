/// Something that a peer sent, or its end.
public enum HTTP2Event: Sendable, CustomStringConvertible {
    /// A whole head, from HEADERS and its CONTINUATIONs.
    case headers(stream: UInt32, fields: [HTTP2Field], end: Bool)
    /// A piece of a body, without padding; `size` is the whole payload's, which flow control counts.
    case data(stream: UInt32, octets: [UInt8], size: Int, end: Bool)
    /// A stream was ended.
    case reset(stream: UInt32, HTTP2ErrorCode)
    /// Settings, in their order.
    case settings([(HTTP2Setting, UInt32)])
    /// Our settings were acknowledged.
    case settingsAcknowledgement
    /// A PING.
    case ping([UInt8])
    /// The answer to a PING.
    case pong([UInt8])
    /// The connection's end was announced.
    case goAway(last: UInt32, HTTP2ErrorCode, debug: String)
    /// Room to send into.
    case windowUpdate(stream: UInt32, by: UInt32)
    /// Any other frame.
    case other(HTTP2Frame)
    /// The connection's end; what comes after it is the same again.
    case closed

    /// One line for a failed test.
    public var description: String {
        switch self {
        case .headers(let stream, let fields, let end):
            "HEADERS on \(stream)\(end ? " (end)" : ""): \(fields.map(\.description).joined(separator: ", "))"
        case .data(let stream, let octets, _, let end):
            "DATA on \(stream)\(end ? " (end)" : ""), \(octets.count) octets"
        case .reset(let stream, let code): "RST_STREAM(\(code)) on \(stream)"
        case .settings(let settings): "SETTINGS \(settings.map { "\($0.rawValue)=\($1)" }.joined(separator: " "))"
        case .settingsAcknowledgement: "SETTINGS (ACK)"
        case .ping: "PING"
        case .pong: "PING (ACK)"
        case .goAway(let last, let code, let debug): "GOAWAY(\(code)), last \(last), \(debug)"
        case .windowUpdate(let stream, let increment): "WINDOW_UPDATE on \(stream) by \(increment)"
        case .other(let frame): "a frame of kind \(frame.kind.rawValue) on \(frame.stream)"
        case .closed: "the connection's end"
        }
    }
}
