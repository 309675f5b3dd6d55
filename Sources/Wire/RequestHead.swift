/// The methods that Portico tells apart; any other token is `.other` and is forwarded as it came.
@frozen
public enum Method: UInt8, Sendable, CaseIterable {
    case other, get, head, post, put, delete, options, patch, connect, trace

    /// Safe to repeat: the effect of many is the effect of one (RFC 9110 §9.2.2).
    @inlinable
    public var isIdempotent: Bool {
        switch self {
        case .get, .head, .put, .delete, .options, .trace: true
        case .other, .post, .patch, .connect: false
        }
    }
}

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
    /// Octets of the body where `framing` is `.length`.
    public var contentLength: Int64 = 0
    /// The request target as it was sent.
    public var target = ByteRange()
    /// The path of the target: never empty but for `OPTIONS *`, where it is `*`. An absolute-form target's empty path has
    /// count 0 and stands for `/`.
    public var path = ByteRange()
    /// What follows the first `?`, without it.
    public var query = ByteRange()
    /// Whether there was a `?`.
    public var hasQuery = false
    /// Host and port as sent: of an absolute-form target, else of the Host field. Empty for HTTP/1.0 without Host.
    public var authority = ByteRange()
    /// The authority without its port; IPv6 addresses keep their brackets.
    public var host = ByteRange()
    /// The target was in absolute form (RFC 9112 §3.2.2).
    public var isAbsoluteForm = false
    /// The client keeps the connection: HTTP/1.1 without `close`, HTTP/1.0 with `keep-alive`.
    public var keepAlive = true
    /// `Expect: 100-continue` from an HTTP/1.1 client (RFC 9110 §10.1.1).
    public var expectsContinue = false
    /// `Connection: upgrade` and an Upgrade field from an HTTP/1.1 client.
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

/// A response's head as parsed in place.
@frozen
public struct ResponseHead: Sendable {
    /// 100 to 599.
    public var status: UInt16 = 0
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    public var minorVersion: UInt8 = 1
    /// How the body ends; `.none` for HEAD, 1xx, 204 and 304 whatever the fields say.
    public var framing: BodyFraming = .none
    /// Octets of the body where `framing` is `.length`; for a HEAD or 304 answer what Content-Length said, or -1.
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

/// What a parser made of the bytes so far.
@frozen
public enum HeadOutcome: Sendable, Equatable {
    /// The head is complete and holds.
    case complete
    /// More bytes are needed; parse again from the beginning when they are there.
    case incomplete
    /// The head is refused; nothing of it may be forwarded.
    case rejected(HeadRejection)
}

/// Why a head is refused.
@frozen
public enum HeadRejection: UInt8, Sendable, CaseIterable {
    case malformedStartLine, badMethod, badTarget, targetTooLong, unsupportedVersion
    case malformedField, badFieldName, badFieldValue, whitespaceBeforeColon, obsoleteFold, bareCarriageReturn, bareLineFeed
    case tooManyFields, headTooLarge
    case missingHost, duplicateHost, badHost, hostDisagreesWithTarget
    case badContentLength, conflictingContentLength, contentLengthWithTransferEncoding
    case badTransferEncoding, unknownTransferEncoding, transferEncodingInHTTP10
    case connectRefused, traceRefused, badUpgrade, unknownExpectation
    case badStatus, badChunk, chunkTooLarge, chunkExtensionTooLong, badTrailer

    /// The status code that a client gets for it.
    public var status: UInt16 {
        switch self {
        case .targetTooLong: 414
        case .tooManyFields, .headTooLarge: 431
        case .unknownTransferEncoding: 501
        case .unsupportedVersion: 505
        case .connectRefused, .traceRefused: 405
        case .unknownExpectation: 417
        default: 400
        }
    }
}

/// The limits that a head is parsed under.
@frozen
public struct HeadLimits: Sendable {
    /// Octets of the whole head.
    public var headBytes: Int
    /// Octets of the request target.
    public var targetBytes: Int
    /// Octets of a field name.
    public var nameBytes: Int

    /// The defaults: 32 KiB a head, 8 KiB a target, 256 octets a name.
    @inlinable
    public init(headBytes: Int = 32 << 10, targetBytes: Int = 8 << 10, nameBytes: Int = 256) {
        self.headBytes = headBytes
        self.targetBytes = targetBytes
        self.nameBytes = nameBytes
    }
}
