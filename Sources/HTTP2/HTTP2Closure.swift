/// Why a connection has to be closed.
@frozen
public enum HTTP2Closure: UInt8, Sendable, CaseIterable {
    /// Streams were reset faster than ``HTTP2Limits/resets`` allows.
    case rapidReset
    /// A field section in more CONTINUATION frames than ``HTTP2Limits/maxContinuations``.
    case continuationFlood
    /// More SETTINGS, or more in one, than allowed; or acknowledgements that the peer does not read.
    case settingsFlood
    /// More PINGs than ``HTTP2Limits/pings`` allows.
    case pingFlood
    /// More frames without use than ``HTTP2Limits/glitches`` allows.
    case glitches
    /// A field section of more than four times what ``HTTP2Limits`` allows.
    case headerListTooLarge
    /// What the peer sent is not HTTP/2.
    case protocolError
    /// The peer sent more than the window allowed, or opened it too far.
    case flowControlError
    /// No memory.
    case exhausted

    /// What the peer is told in GOAWAY.
    var code: UInt32 {
        switch self {
        case .protocolError: HTTP2ErrorCode.protocolError
        case .flowControlError: HTTP2ErrorCode.flowControlError
        case .exhausted: HTTP2ErrorCode.internalError
        default: HTTP2ErrorCode.enhanceYourCalm
        }
    }

    /// What a GOAWAY that nghttp2 sends by itself stands for; nil when nothing was wrong.
    init?(code: UInt32) {
        switch code {
        case HTTP2ErrorCode.noError: return nil
        case HTTP2ErrorCode.flowControlError: self = .flowControlError
        // nghttp2 says it only of a SETTINGS frame with too many entries.
        case HTTP2ErrorCode.enhanceYourCalm: self = .settingsFlood
        default: self = .protocolError
        }
    }
}

/// What is to be done after octets were received.
@frozen
public enum HTTP2Outcome: Sendable, Equatable {
    /// Go on.
    case ok
    /// Act on the events, send what ``HTTP2Engine/produce(_:into:)`` gives, which ends with GOAWAY, and close.
    case close(HTTP2Closure)
}
