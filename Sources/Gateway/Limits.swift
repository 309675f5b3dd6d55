/// The data plane's fixed numbers and where each comes from.
///
/// What an operator may change stands in ``GatewayLimits``.
enum Limits {
    /// Octets of one read: a 64 KiB body with its head in one call, with room to spare; more would leave the L2 cache.
    static let readBytes = 128 << 10
    /// Octets before the read area where an unfinished head is laid; the largest head that can be configured.
    static let stashBytes = 64 << 10
    /// Octets of a request kept for a second try: a head and a small body.
    ///
    /// nginx keeps 8 or 16 KiB in memory.
    static let replayBytes = 64 << 10
    /// Reads of one connection in one turn, so that a fast body does not starve the others: 2 MiB.
    static let readsPerTurn = 16
    /// Rounds of one TCP session in one turn, each a pipe's content both ways: 2 MiB, as of bodies.
    static let relayRoundsPerTurn = 8
    /// Octets of one copied read of a TCP session: what fills it is much, and goes on through a pipe.
    static let relayCopyBytes = 16 << 10
    /// Octets asked for by one splice, the most that a pipe may have by the system's defaults; each takes what its pipe holds.
    static let relayPipeBytes = 1 << 20
    /// Pipes that a worker's TCP sessions hold at a time; with 256 KiB each, what all workers of a user may have (64 MiB).
    static let relayPipesPerWorker = 256
    /// Handshakes that are taken a step further in one turn of the loop: at 0.3 ms each, requests wait 5 ms at the most.
    static let handshakesPerTurn = 16
    /// Milliseconds for a whole handshake; nginx and HAProxy leave 60 and 10 s.
    static let handshakeMilliseconds: UInt32 = 10_000
    /// Reads of one HTTP/2 session in one turn: what they ask for is answered before more is taken.
    static let sessionReadsPerTurn = 2
    /// Writes of one HTTP/2 session in one turn: 1 MiB.
    static let frameRoundsPerTurn = 8
    /// Connections accepted in one turn of the loop from one listener; HAProxy's tune.maxaccept is 64 by default.
    static let acceptsPerTurn = 64
    /// Idle connections that a worker keeps to one endpoint: what twenty HTTP/2 clients with all their streams need.
    ///
    /// HAProxy keeps all; what is not needed any more ends by its idle timeout.
    static let idlePerEndpoint: Int32 = 2048
    /// Octets read and thrown away after an early answer before the connection is cut (RFC 9112 §9.6).
    static let lingerBytes: UInt64 = 64 << 10
    /// Milliseconds of that; nginx's lingering_timeout is 5 s.
    static let lingerMilliseconds: UInt32 = 2_000
    /// Nanoseconds in which a request's body may come at any rate before the minimum rate is asked for.
    static let bodyRateGrace: UInt64 = 10_000_000_000
    /// Times that a request is sent again because its connection had ended before anybody looked at it.
    static let staleTries: UInt8 = 2
    /// Health checks that are begun in one turn of the prober's loop: at 40 µs each, those under way wait a millisecond.
    static let probesPerTurn = 32
    /// Health checks under way at once: 1,000 a second, each of which may take 4 s.
    static let probesAtOnce = 4_096
    /// Nanoseconds between the first checks of two endpoints that come at once, as long as their interval lasts.
    static let probeSpread: UInt64 = 1_000_000
    /// Octets of the head of an answer to a health check: as many as of any answer, by default.
    static let probeHeadBytes = 32 << 10
    /// Octets of its body that are looked at: whoever says that it is well says so early.
    static let probeBodyBytes = 64 << 10
    /// Fields of the answer to a health check: as many as of any answer, by default.
    static let probeFields = 100
    /// What became of endpoints and nobody has taken yet: all of a large cluster's, once.
    static let endpointEvents = 4_096
    /// Milliseconds that an idle client connection is kept after a drain began: time for a request under way.
    static let drainIdleMilliseconds: UInt32 = 1_000
    /// Milliseconds that one is kept after a successor has taken over: nobody waits for the end of such a drain, and a
    /// request comes before its connection is closed more often than not.
    static let handoverIdleMilliseconds: UInt32 = 10_000
    /// Nanoseconds that a draining listener takes connections whose handshake had begun: a long way's round trip.
    static let listenerGraceNanoseconds: UInt64 = 250_000_000
    /// Milliseconds that a worker has to begin: it makes its loop and registers its sockets.
    static let workerStartMilliseconds: Int32 = 10_000
    /// Nanoseconds between two looks for a worker's sign of life, which a turn of its loop gives.
    static let signOfLifeNanoseconds: UInt64 = 5_000_000
    /// Milliseconds in which the other side of a takeover sends what costs it no time.
    static let handoverStepMilliseconds: Int32 = 5_000
    /// Milliseconds that a successor waits until its predecessor has let go: queries of its store are answered first.
    static let handoverReleaseMilliseconds: Int32 = 15_000
    /// Milliseconds in which a successor is to be ready: reading certificates, the store, compiling its table.
    static let successorMilliseconds: Int32 = 60_000
    /// Octets of one worker's log ring: 4,000 requests of 256 octets.
    static let logRingBytes = 1 << 20
    /// Nanoseconds that the log's writer gathers lines for after the first, so that it is woken 100 times a second at most.
    static let logGatherNanoseconds: UInt64 = 10_000_000
    /// Milliseconds after which the log's writer looks again whether its destination takes more.
    static let logPollMilliseconds: Int32 = 1_000
    /// Nanoseconds that the end waits for the log's last lines.
    static let logEndNanoseconds: UInt64 = 1_000_000_000
    /// Sampled requests that are handed out at once, and such pieces that wait for whoever exports them: 8 MiB.
    static let tracePieceRequests = 512
    static let tracePieces = 16
    /// Descriptors of the process that are never given to connections: listeners, logs, stores.
    static let reservedDescriptors: UInt64 = 512
    /// Most connections of one worker, clients and endpoints together: what one slab is laid out for.
    static let connectionsPerWorker = 1 << 20
    /// Buckets of rate limits, of all rules together: 2 MiB, and 100,000 clients of a popular site at once.
    static let rateBuckets = 1 << 17
    /// Addresses whose connections are counted: 512 KiB, and more than one machine has connections of, as a rule.
    static let countedAddresses = 1 << 16
    /// Nanoseconds after which a worker looks again whether there is room for the requests that wait in line, if nobody has
    /// told it that there is.
    static let lineNanoseconds: UInt64 = 10_000_000
    /// Credentials that are known without a hash: 64 KiB.
    static let verifiedCredentials = 1 << 12
    /// Passwords that wait to be verified: at 60 ms each, what two threads do in eight seconds.
    static let passwordQueue = 256
    /// Milliseconds for that.
    static let passwordMilliseconds: UInt32 = 10_000
    /// Octets of an Authorization field that is read: libcrypt takes 511 of a password, and names have 255.
    static let credentialBytes = 2 << 10
    /// Tables that a worker's requests may hold before those that have their answer are moved on to the one in force.
    static let heldTables = 4
    /// Octets that the encoders of one worker may hold, in use or waiting: 240 answers in gzip at once.
    ///
    /// What is more goes out as it came.
    static let encoderBytes = 64 << 20
    /// Encoders of one coding that wait for their next answer: 4 MiB of gzip's, 32 MiB of zstd's.
    static let encodersKept = 16
    /// Octets of one step of an encoder: what one send takes.
    static let encodedBytes = 32 << 10
    /// Nanoseconds that an encoder keeps what the endpoint has given, waiting for more, before it has to give it out.
    ///
    /// HAProxy gives out with each read, which a fast endpoint pays for with the ratio; nobody sees a hundredth of a second.
    static let encoderPatience: UInt64 = 10_000_000
}
