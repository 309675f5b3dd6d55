/// A request's head as parsed in place; every range is into the bytes given to the parser.
@frozen
public struct RequestHead: Sendable {
    /// The method, if it is one of those known.
    public var method: Method = .other
    /// The method's octets.
    public var methodRange = ByteRange()
    /// 0 for HTTP/1.0, 1 for HTTP/1.1 (and any later minor version).
    public var minorVersion: UInt8 = 1
    /// How the body ends: none, length or chunked.
    public var framing: BodyFraming = .none
    /// Octets of the body where `framing` is `.length`; 0 is possible, where `Content-Length: 0` was sent.
    public var contentLength: Int64 = 0
    /// The request target as it was sent.
    public var target = ByteRange()
    /// The path of the target, up to the first `?`.
    ///
    /// It begins with `/`, but is `*` for `OPTIONS *`, and empty for an absolute-form target without a path, where it stands
    /// for `/` (for OPTIONS without a query: for `*`, RFC 9112 §3.2.4).
    public var path = ByteRange()
    /// What follows the first `?`, without it.
    public var query = ByteRange()
    /// Whether there was a `?`.
    public var hasQuery = false
    /// Host and port as sent.
    ///
    /// Those of an absolute-form target, else of the Host field; empty for HTTP/1.0 without Host.
    public var authority = ByteRange()
    /// The authority without its port; IPv6 addresses keep their brackets.
    public var host = ByteRange()
    /// The target was in absolute form (RFC 9112 §3.2.2).
    public var isAbsoluteForm = false
    /// The client keeps the connection: HTTP/1.1 without `close`, HTTP/1.0 with `keep-alive`.
    public var keepAlive = true
    /// `Expect: 100-continue` from an HTTP/1.1 client (RFC 9110 §10.1.1).
    public var expectsContinue = false
    /// `Connection: upgrade` and an Upgrade field from an HTTP/1.1 client, not to HTTP/2, and without a body.
    public var wantsUpgrade = false
    /// `TE: trailers` was sent.
    public var acceptsTrailers = false
    /// Fields in the table.
    public var fieldCount = 0
    /// Octets of the whole head, its last CRLF included.
    public var headCount = 0

    /// An empty head, to be filled by the parser.
    @inlinable
    public init() {}
}
