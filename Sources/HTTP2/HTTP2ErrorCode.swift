/// The error codes of RST_STREAM and GOAWAY (RFC 9113 §7).
public enum HTTP2ErrorCode {
    /// Nothing went wrong.
    public static let noError: UInt32 = 0
    /// The peer broke the protocol.
    public static let protocolError: UInt32 = 1
    /// Something went wrong here.
    public static let internalError: UInt32 = 2
    /// The peer sent more than the window allowed.
    public static let flowControlError: UInt32 = 3
    /// A frame for a stream that is closed.
    public static let streamClosed: UInt32 = 5
    /// A frame has not the size that it must have.
    public static let frameSizeError: UInt32 = 6
    /// Nothing was done for the stream: the request may be sent again.
    public static let refusedStream: UInt32 = 7
    /// The stream is not needed any more.
    public static let cancel: UInt32 = 8
    /// The fields' compression is broken.
    public static let compressionError: UInt32 = 9
    /// The peer does too much of something.
    public static let enhanceYourCalm: UInt32 = 11
    /// The request is to be sent by HTTP/1.1.
    public static let http11Required: UInt32 = 13
}
