internal import Reactor
internal import Routing
internal import Wire

/// Octets on their way in one direction of a TCP session.
struct RelayFlow {
    /// Where they pass through uncopied; no pipe while nothing is on its way.
    var pipe = RelayPipe()
    /// There is much to move: it goes through a pipe at once, without a look at what a copied read brings.
    var isStreaming = false
    /// Pipes do not take from this source, or give to this sink.
    var isCopied = false
    /// The source has said that nothing follows.
    var hasEnded = false
    /// The sink's TLS session was told so.
    var saidGoodbye = false
    /// The sink was told so.
    var isShut = false
    /// Octets since the source was last found empty.
    var burst = 0
    /// Octets in all.
    var octets: UInt64 = 0
    /// Octets among them that the counters have.
    var counted: UInt64 = 0
}

/// A client's connection at a TCP listener and the one to its endpoint: a value in a slab, reused by the next.
///
/// ```
///  (PROXY header) ──> (TLS handshake | hello) ──> connecting ──> (handshake) ──> flowing, both ways until each has ended
/// ```
/// Invariants: it has a client as long as it lives; it counts in its endpoint's `inFlight` exactly as long as it has the
/// state in `endpoint`, which also keeps the endpoint's slot from being another's; a pipe is held only while octets are in it
/// or a burst is under way.
struct TCPSession {
    let index: Int32
    var client: Int32 = -1
    var upstream: Int32 = -1
    /// Which of its listener's services it goes to: a place in ``ServerNames/services``; -1 while that is not known.
    var target: Int32 = -1
    var endpoint: EndpointState?
    /// Its and its service's place in the table that it was chosen from.
    var endpointIndex: Int32 = -1
    var serviceIndex: Int32 = -1
    /// The endpoint's address, for the log; also when it has failed.
    var address: EndpointAddress?
    /// The service's and the endpoint's counters.
    var serviceSlot: Int32 = -1
    var endpointSlot: Int32 = -1
    /// It is cut when its endpoint leaves the table.
    var endsWithEndpoint = false

    /// From the client to the endpoint, and back.
    var up = RelayFlow()
    var down = RelayFlow()

    var timeouts = Timeouts()
    var triesMade: UInt8 = 0
    var tried = TriedEndpoints()
    /// The address that the client spoke to, where a PROXY header has told it.
    var destination: ProxiedAddress?

    /// Monotonic nanoseconds; 0 for what has not come.
    var started: UInt64 = 0
    var connected: UInt64 = 0
    var firstByte: UInt64 = 0
    var failure: GatewayError?
    var generation: UInt64 = 0
    /// The server's name that the client asked for; empty when nobody wants to know.
    var name = Buffer()

    init(index: Int32) {
        self.index = index
    }
}
