/// A response's head as parsed in place.
@frozen
public struct ResponseHead: Sendable {
    /// 100 to 599.
    public var status: UInt16 = 0
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    public var minorVersion: UInt8 = 1
    /// How the body ends; `.none` for HEAD, 1xx, 204 and 304 whatever the fields say.
    public var framing: BodyFraming = .none
    /// Octets of the body where `framing` is `.length`, else -1; for a HEAD or 304 answer what Content-Length said, or -1.
    public var contentLength: Int64 = -1
    /// The reason phrase.
    public var reason = ByteRange()
    /// The endpoint keeps the connection.
    public var keepAlive = true
    /// Fields in the table.
    public var fieldCount = 0
    /// Octets of the whole head.
    public var headCount = 0

    /// An empty head, to be filled by the parser.
    @inlinable
    public init() {}
}
