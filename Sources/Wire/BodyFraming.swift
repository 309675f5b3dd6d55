/// How a message's body ends (RFC 9112 §6.3).
@frozen
public enum BodyFraming: UInt8, Sendable {
    /// There is none.
    case none
    /// After `contentLength` octets.
    case length
    /// After the last chunk and its trailers.
    case chunked
    /// When the connection ends; responses only.
    case untilClose
}
