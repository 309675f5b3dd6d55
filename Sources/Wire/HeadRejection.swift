/// Why a head, a chunk or a trailer section is refused.
@frozen
public enum HeadRejection: UInt8, Sendable, CaseIterable {
    /// The start line has not the words, the single spaces or the line end that it must have.
    case malformedStartLine
    /// The method is no token, or longer than 32 octets.
    case badMethod
    /// The target holds what no target may, or has a form that the method does not allow.
    case badTarget
    /// The target is longer than ``HeadLimits/targetBytes``.
    case targetTooLong
    /// A well-formed version whose major number is not 1.
    case unsupportedVersion
    /// A field line without a colon, or a blank before the first one.
    case malformedField
    /// The name is no token, or there is none.
    case badFieldName
    /// The value holds a control octet, or is not the list that its field must be.
    case badFieldValue
    /// A blank within or after a name (RFC 9112 §5.1).
    case whitespaceBeforeColon
    /// A line that continues the one before it (RFC 9112 §5.2).
    case obsoleteFold
    /// A CR that no LF follows.
    case bareCarriageReturn
    /// An LF that no CR precedes.
    case bareLineFeed
    /// More fields than the table holds, or more connection options than are compared.
    case tooManyFields
    /// The head is larger than ``HeadLimits/headBytes``, or a name than ``HeadLimits/nameBytes``.
    case headTooLarge
    /// HTTP/1.1 without Host (RFC 9112 §3.2).
    case missingHost
    /// More than one Host.
    case duplicateHost
    /// Host is not `uri-host[:port]`.
    case badHost
    /// Host names another server than the absolute-form target.
    case hostDisagreesWithTarget
    /// Content-Length is not one number that fits 63 bits.
    case badContentLength
    /// More than one Content-Length, whether or not they agree.
    case conflictingContentLength
    /// Both framings at once (RFC 9112 §6.3).
    case contentLengthWithTransferEncoding
    /// `chunked` is not last, comes twice, or the list is malformed.
    case badTransferEncoding
    /// A transfer coding other than `chunked`.
    case unknownTransferEncoding
    /// Transfer-Encoding in an HTTP/1.0 message (RFC 9112 §6.1).
    case transferEncodingInHTTP10
    /// CONNECT is for proxies, and this is a gateway.
    case connectRefused
    /// TRACE would echo what the client must not see.
    case traceRefused
    /// An Upgrade that is malformed, has a body, or lacks what WebSocket needs.
    case badUpgrade
    /// An Expect other than `100-continue`.
    case unknownExpectation
    /// A status that is not 100 to 599.
    case badStatus
    /// Chunked framing that is broken.
    case badChunk
    /// A chunk size of more than 16 digits or 63 bits.
    case chunkTooLarge
    /// More octets of chunk extensions than a line or a body may have.
    case chunkExtensionTooLong
    /// A malformed trailer section.
    case badTrailer

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

    /// A limit was passed, which says nothing about the syntax.
    var isLimit: Bool { self == .tooManyFields || self == .headTooLarge }
}
