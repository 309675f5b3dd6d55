/// One connection's state: a trivial value in a slab.
///
/// Invariant: `handle` is nghttp2's session while the slot is taken, and the engine alone frees it.
@safe
public struct HTTP2Session {
    /// The slot's own index.
    public let index: Int32
    /// We are the server.
    public internal(set) var isServer = true
    /// The gateway's: which connection it is.
    public var owner: Int32 = -1
    /// Streams that are open, or closed and not released yet.
    public internal(set) var openStreams = 0
    /// The first of them, -1 for none; ``HTTP2Stream/next`` leads on.
    public internal(set) var firstStream: Int32 = -1
    /// Streams so far.
    public internal(set) var streamCount = 0
    /// Streams that the peer lets us have open.
    public internal(set) var peerMaxConcurrentStreams = 100
    /// The peer's SETTINGS have come.
    public internal(set) var hasPeerSettings = false
    /// The peer has said GOAWAY: no new stream is to be had.
    public internal(set) var hasPeerGoneAway = false
    /// The last stream that the peer looks at after its GOAWAY.
    public internal(set) var peerLastStreamID = Int32.max
    /// The connection ends gracefully.
    public internal(set) var isRetiring = false
    /// Why it must be closed, once that is so.
    public internal(set) var closure: HTTP2Closure?

    var handle: OpaquePointer?
    /// `:scheme` of requests that we send is https.
    var isSecure = false
    /// The last GOAWAY of a graceful end was handed in.
    var hasGoneAway = false
    /// The gateway has ended it with an error of its own.
    var isTerminated = false
    /// nghttp2 has given up; what is left is to say GOAWAY ourselves.
    var isBroken = false
    /// What that GOAWAY says, where the reason alone does not tell.
    var lastCode: UInt32?
    /// That GOAWAY has been written.
    var hasSaidGoodbye = false
    /// Octets received for streams that nobody waits for, to be credited to the connection's window.
    var unowned = 0
    /// The field section that is being received.
    var block = FieldBlock()

    /// Where in the peer's frames we are.
    var scanner = FrameScanner(isServer: true)
    /// The last streams of which the peer said that they are over: what it still sends on them is its fault.
    var ended = InlineArray<8, Int32>(repeating: -1)
    var endedNext = 0
    /// The highest stream that the peer has opened, and the last run of numbers that it left out.
    var lastOpened: Int32 = -1
    var skipped: Range<Int32> = 0..<0

    var resets = RateBucket()
    var pings = RateBucket()
    var settings = RateBucket()
    var glitches = RateBucket()

    init(index: Int32) {
        self.index = index
        unsafe handle = nil
    }

    /// Part of the preface or of a field section is there: until it is whole nothing else can come, so it has a deadline.
    public var isReceivingFields: Bool { scanner.isWithinFields }

    /// Notes that the peer has nothing more to say on a stream.
    mutating func noteEnded(_ id: Int32) {
        ended[endedNext] = id
        endedNext = (endedNext + 1) % ended.count
    }

    /// Whether the peer said lately that it has nothing more to say on a stream.
    func hasEnded(_ id: Int32) -> Bool {
        for index in 0..<ended.count where ended[index] == id { return true }
        return false
    }

    /// Notes that the peer opens a stream.
    mutating func noteOpened(_ id: Int32) {
        if id > lastOpened + 2 { skipped = (lastOpened + 2)..<id }
        lastOpened = max(lastOpened, id)
    }
}
