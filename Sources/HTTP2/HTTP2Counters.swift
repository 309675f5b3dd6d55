/// What happened on all of an engine's connections so far.
public struct HTTP2Counters: Sendable, Equatable {
    /// Streams that were opened, by us or the peer.
    public internal(set) var streamsOpened: UInt64 = 0
    /// Streams that were turned away with REFUSED_STREAM.
    public internal(set) var streamsRefused: UInt64 = 0
    /// RST_STREAM frames received.
    public internal(set) var resetsReceived: UInt64 = 0
    /// RST_STREAM frames sent, whoever asked for them.
    public internal(set) var resetsSent: UInt64 = 0
    /// Frames that broke rules, for which a stream was reset or the connection ended.
    public internal(set) var streamErrors: UInt64 = 0
    /// Field sections of more octets or fields than allowed.
    public internal(set) var headersRefused: UInt64 = 0
    /// Connections closed, by ``HTTP2Closure``.
    private var closures = InlineArray<9, UInt64>(repeating: 0)

    /// Nothing yet.
    public init() {}

    /// Adds what happened on another engine.
    public mutating func add(_ other: HTTP2Counters) {
        streamsOpened &+= other.streamsOpened
        streamsRefused &+= other.streamsRefused
        resetsReceived &+= other.resetsReceived
        resetsSent &+= other.resetsSent
        streamErrors &+= other.streamErrors
        headersRefused &+= other.headersRefused
        for index in closures.indices { closures[index] &+= other.closures[index] }
    }

    /// Connections that were closed for this reason.
    public subscript(closure: HTTP2Closure) -> UInt64 { closures[Int(closure.rawValue)] }

    /// Whether both say the same.
    public static func == (left: HTTP2Counters, right: HTTP2Counters) -> Bool {
        left.closures.indices.allSatisfy { left.closures[$0] == right.closures[$0] }
            && left.streamsOpened == right.streamsOpened && left.streamsRefused == right.streamsRefused
            && left.resetsReceived == right.resetsReceived && left.resetsSent == right.resetsSent
            && left.streamErrors == right.streamErrors && left.headersRefused == right.headersRefused
    }

    mutating func count(_ closure: HTTP2Closure) {
        closures[Int(closure.rawValue)] &+= 1
    }
}
