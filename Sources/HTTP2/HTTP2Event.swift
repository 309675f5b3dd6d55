/// What became of octets received, or of sending.
///
/// Invariant: the memory of `bytes` is the engine's, or lies in the octets that were given to
/// ``HTTP2Engine/receive(_:_:now:)``; it is good until the next call of that or of ``HTTP2Engine/produce(_:into:)``.
@safe
public struct HTTP2Event {
    /// What happened.
    @frozen
    public enum Kind: UInt8, Sendable {
        /// Server: a request came; its head is in `bytes` as HTTP/1 text with the empty line.
        case request
        /// Server: a request came that is answered without its head; `code` is the status: 405 for CONNECT, 501 for an
        /// extended CONNECT to another protocol than WebSocket, 431 for fields too large or too many.
        case refused
        /// Client: an answer's head came, an interim one (1xx) or the final one; `code` is the status.
        case response
        /// Octets of a body are in `bytes`; they are to be ``HTTP2Engine/consume(_:of:)``d once they went on.
        case data
        /// The body has ended with the field lines in `bytes`, the empty line included.
        case trailers
        /// The body has ended.
        case ended
        /// The stream is gone before its time; `code` says why (``HTTP2ErrorCode``).
        case reset
        /// The stream is gone, all was said.
        case closed
        /// What waited for sending has been taken, and the stream's output is not at its end: more may be appended.
        case drained
        /// The peer ends the connection; `code` says why. Requests that it will not look at are reset with REFUSED_STREAM.
        case goAway
        /// The peer's first SETTINGS have come.
        case settings
    }

    /// What happened.
    public internal(set) var kind: Kind
    /// Nothing of the message follows.
    public internal(set) var endsStream = false
    /// The request is an extended CONNECT (RFC 8441), told as an HTTP/1 upgrade: a 101 accepts it.
    public internal(set) var isExtendedConnect = false
    /// The stream's index, -1 for what concerns the connection.
    public internal(set) var stream: Int32
    /// An error code or a status.
    public internal(set) var code: UInt32 = 0
    /// Where the octets lie; for text nil, and `offset` counts from the beginning of the engine's text.
    var base: UnsafeMutableRawPointer?
    var offset = 0
    var count = 0

    /// Head, trailers or data; the text of heads and trailers may be changed in place.
    public var bytes: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(start: base, count: count)
    }

    init(_ kind: Kind, stream: Int32, code: UInt32 = 0) {
        self.kind = kind
        self.stream = stream
        self.code = code
        unsafe base = nil
    }
}
