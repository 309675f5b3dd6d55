/// What is known of a connection's readiness, by edge-triggered epoll: set by events, cleared by what reads and writes find.
@frozen
public struct Readiness: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8
    /// From bits.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// There may be octets, or an end, to read.
    public static let readable = Readiness(rawValue: 1)
    /// A write may succeed.
    public static let writable = Readiness(rawValue: 2)
    /// The peer has ended its side: a short read no longer means that all was read.
    public static let peerClosed = Readiness(rawValue: 4)
    /// The connection is broken (EPOLLERR, EPOLLHUP).
    public static let broken = Readiness(rawValue: 8)
}

/// One socket's state: a trivial value in a ``Slab``, reused by the next connection.
///
/// What the reactor needs stands first; the rest belongs to the gateway, which alone gives it meaning.
public struct Connection {
    /// The socket, -1 when the slot is free or stands for a stream of another connection.
    public var fd: Int32 = -1
    /// The slot's own index.
    public let index: Int32
    /// Counted up when the slot is freed: an event of an earlier occupant is told by it.
    public var generation: UInt32 = 0
    /// What the kernel last said.
    public var readiness: Readiness = []
    /// Whether it is on the list of connections to be looked at again in this turn.
    public var isQueued = false

    /// Place in the timer wheel, -1 when in none.
    var wheelSlot: Int32 = -1
    var wheelPrevious: Int32 = -1
    var wheelNext: Int32 = -1
    /// The tick at which the wheel looks at it.
    var wheelTick: UInt32 = 0
    /// The tick at which its wait is over, 0 when it waits without limit.
    public internal(set) var deadline: UInt32 = 0

    /// Its TLS session, inactive while it is plain.
    public var tls = TLSSession()

    /// Octets read and not yet understood.
    public var input = Buffer()
    /// Octets to be sent.
    public var output = Buffer()

    /// The gateway's: client or upstream; 0 when the slot is free.
    public var kind: UInt8 = 0
    /// The gateway's: where it stands.
    public var phase: UInt8 = 0
    /// The gateway's flags.
    public var flags: UInt16 = 0
    /// The gateway's: the exchange that it serves, -1 for none.
    public var exchange: Int32 = -1
    /// The gateway's: the HTTP/2 session that it carries, or the stream of one that it stands for; -1 for neither.
    public var session: Int32 = -1
    /// The gateway's: listener of a client, endpoint slot of an upstream connection.
    public var tag: Int32 = -1
    /// The gateway's: neighbours in a list of idle connections.
    public var listPrevious: Int32 = -1
    /// The gateway's: see `listPrevious`.
    public var listNext: Int32 = -1
    /// The gateway's: requests served.
    public var requests: UInt32 = 0
    /// The peer's address.
    public var peer = SocketAddress()
    /// The gateway's: when what it is busy with began, monotonic nanoseconds.
    public var since: UInt64 = 0

    /// A free slot.
    public init(index: Int32) {
        self.index = index
    }
}
