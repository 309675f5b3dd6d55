internal import Reactor
internal import Routing
internal import Wire

/// One request and its answer while they are under way: a trivial value in a slab, reused by the next.
///
/// ```
///  request   head sent ──> body ──> (trailers) ──> done
///  response  head ──> (1xx)* ──> body ──> (trailers) ──> done        101 ──> tunnel
/// ```
/// Invariants: it has a client as long as it lives; it has an upstream connection from the moment one is chosen until it
/// is finished or failed, and counts in that endpoint's `inFlight` exactly as long; it holds the table that it was routed
/// by. `outbound` is the rewritten head and, behind it, a small body without its framing: both what is to be sent and what
/// a second try repeats.
///
/// Either connection may be a stream of an HTTP/2 session (``Worker/Kind``). Heads are HTTP/1 text there, too; bodies are
/// bare, and end when the stream says so.
struct Exchange {
    enum Stage: UInt8 {
        case head, body, trailers, done
    }

    let index: Int32
    var client: Int32 = -1
    var upstream: Int32 = -1
    /// The table's place in the worker's holds, and the request's place in the table.
    var hold: Int32 = -1
    var route: Int32 = -1
    var service: Int32 = -1
    var endpoint: Int32 = -1
    /// Its place among the worker's parked requests while it waits to be forwarded, else -1.
    var parking: Int32 = -1
    /// The other exchange that is at work on the same request (``Worker/hedge(_:)``), else -1.
    var partner: Int32 = -1
    /// It is the second of the two, which the client's connection does not know of.
    var isHedge = false
    /// How long its answer takes is of interest.
    var isTimed = false
    /// Who asks: the connection's peer, or whom trusted proxies name (``Worker/findClient(_:_:_:)``).
    var clientAddress = SocketAddress()
    /// The connection's peer is a trusted proxy.
    var isTrusted = false
    /// Its place among the answers that are held back, else -1.
    var pace: Int32 = -1
    /// It counts in its endpoint's `inFlight`.
    var isCounted = false
    /// It counts in its service's `inFlight`, too, and others may wait for its place.
    var holdsPlace = false

    var method = Method.other
    var minorVersion: UInt8 = 1
    /// The client's connection goes on after the answer.
    var keepsClient = true
    /// The endpoint's connection goes on after the answer.
    var keepsUpstream = true
    /// The upstream connection has served another request before: its end may have nothing to do with this one.
    var isReused = false
    /// The next try takes a new connection, whatever the pool has.
    var wantsFreshConnection = false
    var wantsUpgrade = false
    var isTunnel = false
    /// Something of a final answer was given to the client: no other answer is possible any more.
    var hasAnswered = false
    /// `outbound` still is the whole request so far, and its method lets it be sent twice.
    var isReplayable = false
    /// Part of the body went on without being kept.
    var hasLostBody = false
    var clientEnded = false
    var upstreamEnded = false
    /// Its Accept field prefers JSON: so are answers of our own.
    var wantsJSON = false
    /// A body was sent to the endpoint or may have been.
    var hasBody = false
    /// A cookie keeps its client at an endpoint: ``RequestAffinity``.
    var isSticky = false
    /// Its client came by https, of the edge or of a trusted proxy; known where requests are logged.
    var isSecure = false
    /// It is a call of gRPC: it may last, and answers of our own are such as its clients understand.
    var isGRPC = false
    /// Its route or service compresses answers: what the client would like best is known.
    var mayCompress = false
    /// The client does not take a body as it is.
    var refusesIdentity = false
    /// The coding that the client would like best of those that may be used.
    var coding = ContentCoding.identity
    /// The question whether it may go on, prepared or asked, and -1 otherwise; and microseconds that it has taken.
    var question: Int32 = -1
    var asked: UInt32 = 0
    /// Microseconds that it waited for its password to be verified, and for an endpoint with room.
    var verified: UInt32 = 0
    var queued: UInt32 = 0
    /// What compresses its answer's body: a place among the worker's encodings, or -1.
    var encoding: Int32 = -1

    var requestFraming = BodyFraming.none
    var requestStage = Stage.done
    var requestRemaining: Int64 = 0
    var requestDecoder = ChunkedDecoder()
    /// How the body goes to an endpoint that speaks HTTP/1.
    var upstreamFraming = BodyFraming.none
    /// Field lines that follow the request's body, the empty line included.
    var requestTrailers = Buffer()
    /// In this try the endpoint was told that the request is whole, or need not be.
    var hasSentEnd = true
    var bodyLimit: Int64 = -1

    var responseFraming = BodyFraming.none
    var responseStage = Stage.head
    var responseRemaining: Int64 = 0
    var responseDecoder = ChunkedDecoder()
    /// Field lines that follow the answer's body, of an endpoint that speaks HTTP/2.
    var responseTrailers = Buffer()
    /// How the body goes to the client.
    var clientFraming = BodyFraming.none

    var outbound = Buffer()
    /// Octets of the head among `outbound`.
    var outboundHead: UInt32 = 0
    var outboundSent: UInt32 = 0

    var timeouts = Timeouts()
    /// When this try is to be answered, or the whole exchange to be over: monotonic nanoseconds, 0 where neither is bounded.
    var deadline: UInt64 = 0
    var retries = RetryPolicy()
    var triesMade: UInt8 = 0
    var staleTries: UInt8 = 0
    var tried = TriedEndpoints()

    var started: UInt64 = 0
    /// When the endpoint of this try was chosen.
    var chosen: UInt64 = 0
    var sent: UInt64 = 0
    var firstByte: UInt64 = 0
    var hasBodyBegun = false
    /// Nanoseconds that the client was waited for while its body came, and since when it is now.
    var waited: UInt64 = 0
    var waitingSince: UInt64 = 0
    var bytesIn: UInt64 = 0
    var bytesOut: UInt64 = 0
    /// Octets of heads among `bytesOut`.
    var headOut: UInt64 = 0
    var status: UInt16 = 0
    var failure: GatewayError?
    /// What the access log will say of the request; empty when there is none.
    var record = Buffer()
    var recordParts = LogParts()

    init(index: Int32) {
        self.index = index
    }
}
