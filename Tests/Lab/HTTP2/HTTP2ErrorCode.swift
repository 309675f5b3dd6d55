/// Why a stream or a connection ended (RFC 9113, section 7).
public struct HTTP2ErrorCode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The code on the wire.
    public let rawValue: UInt32

    /// The code of this number.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Nothing was wrong.
    public static let noError = HTTP2ErrorCode(rawValue: 0)
    /// The peer broke the protocol.
    public static let protocolError = HTTP2ErrorCode(rawValue: 1)
    /// The sender broke down.
    public static let internalError = HTTP2ErrorCode(rawValue: 2)
    /// The peer sent more than there was room for.
    public static let flowControlError = HTTP2ErrorCode(rawValue: 3)
    /// The peer did not acknowledge settings in time.
    public static let settingsTimeout = HTTP2ErrorCode(rawValue: 4)
    /// A frame came for a stream whose end had come.
    public static let streamClosed = HTTP2ErrorCode(rawValue: 5)
    /// A frame's size is not what its kind asks for.
    public static let frameSizeError = HTTP2ErrorCode(rawValue: 6)
    /// The request was not looked at, and may be sent again.
    public static let refusedStream = HTTP2ErrorCode(rawValue: 7)
    /// Nobody wants the stream any more.
    public static let cancel = HTTP2ErrorCode(rawValue: 8)
    /// A head could not be decoded.
    public static let compressionError = HTTP2ErrorCode(rawValue: 9)
    /// A tunnel's other side broke.
    public static let connectError = HTTP2ErrorCode(rawValue: 10)
    /// The peer asks for more than a peer should.
    public static let enhanceYourCalm = HTTP2ErrorCode(rawValue: 11)
    /// The connection is not secure enough.
    public static let inadequateSecurity = HTTP2ErrorCode(rawValue: 12)
    /// HTTP/1.1 is to be used.
    public static let http11Required = HTTP2ErrorCode(rawValue: 13)

    private static let names = [
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
        "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
    ]

    /// The code's name in the RFC.
    public var description: String {
        Int(self.rawValue) < Self.names.count ? Self.names[Int(self.rawValue)] : "error \(self.rawValue)"
    }
}
