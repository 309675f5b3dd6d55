/// Why a head is refused.
@frozen
public enum HeadRejection: UInt8, Sendable, CaseIterable {
    case malformedStartLine, badMethod, badTarget, targetTooLong, unsupportedVersion
    case malformedField, badFieldName, badFieldValue, whitespaceBeforeColon, obsoleteFold, bareCarriageReturn,
        bareLineFeed
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
