public import Reactor

/// One stream's state: a trivial value in a slab.
///
/// The slot is its owner's from the event that announced it (or from ``HTTP2Engine/request(_:head:endsStream:owner:)``)
/// until ``HTTP2Engine/release(_:)``, however long ago the stream was closed.
public struct HTTP2Stream {
    /// The slot's own index.
    public let index: Int32
    /// The stream's number on the wire.
    public internal(set) var id: Int32 = 0
    /// The session that it belongs to.
    public internal(set) var session: Int32 = -1
    /// The gateway's: who works for it, -1 for nobody.
    public var owner: Int32 = -1
    /// Octets that wait to become DATA.
    public internal(set) var output = Buffer()
    /// Octets of the body that were sent.
    public internal(set) var sentBytes: UInt64 = 0
    /// Octets of the body that were received and not yet consumed.
    public internal(set) var unconsumed = 0
    /// The next of the session's streams, -1 for none.
    public internal(set) var next: Int32 = -1

    /// Field lines that follow `output`.
    var trailers = Buffer()
    var previous: Int32 = -1
    var flags: Flags = []

    struct Flags: OptionSet {
        let rawValue: UInt16
        /// The owner knows of it.
        static let announced = Flags(rawValue: 1)
        static let released = Flags(rawValue: 2)
        static let closed = Flags(rawValue: 4)
        /// Nothing follows `output` but `trailers`.
        static let ended = Flags(rawValue: 8)
        /// END_STREAM was sent.
        static let endSent = Flags(rawValue: 16)
        /// END_STREAM was received.
        static let endReceived = Flags(rawValue: 32)
        /// nghttp2 waits to be told that there is something to send.
        static let deferred = Flags(rawValue: 64)
        /// The final head was received: what follows is trailers.
        static let headReceived = Flags(rawValue: 128)
        static let extendedConnect = Flags(rawValue: 256)
        /// The reset under way was the owner's wish.
        static let ownReset = Flags(rawValue: 512)
        /// The final head was handed in for sending.
        static let headSubmitted = Flags(rawValue: 1024)
    }

    /// The stream is gone from the connection.
    public var isClosed: Bool { flags.contains(.closed) }
    /// Nothing may be appended any more.
    public var hasEnded: Bool { flags.contains(.ended) }
    /// All of it has been sent.
    public var hasSentEnd: Bool { flags.contains(.endSent) }
    /// All of the peer's message has come.
    public var hasReceivedEnd: Bool { flags.contains(.endReceived) }
    /// It is an extended CONNECT (RFC 8441).
    public var isExtendedConnect: Bool { flags.contains(.extendedConnect) }

    init(index: Int32) {
        self.index = index
    }
}
