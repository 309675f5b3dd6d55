internal import Certificates
internal import Glibc
internal import HTTP2
internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

/// A table that requests of this worker were routed by, and how many of them are under way.
struct TableHold {
    var table: RoutingTable?
    /// How its services' endpoints are spoken to under TLS.
    var secured: UpstreamSecurity?
    var inFlight = 0
}

/// One thread of the data plane with everything it touches: loop, connections, exchanges, pools, the table in force.
///
/// A connection never changes worker, so nothing here is locked. What other threads may read is in ``WorkerHandle``.
/// The loop: wait for events, read the clock, serve each connection named, take up messages, look again at connections
/// that were set aside, expire timers.
struct Worker: ~Copyable {
    static let mailboxToken: UInt64 = .max
    static let listenerBit: UInt64 = 1 << 63

    let handle: WorkerHandle
    /// All workers' handles, its own among them.
    let peers: [WorkerHandle]
    let configuration: GatewayConfiguration
    let listeners: [WorkerListener]
    var sockets: [ListeningSocket]

    var poller: Poller
    var connections: Slab<Connection>
    var exchanges: Slab<Exchange>
    var holds: Slab<TableHold>
    /// Requests that wait to be forwarded.
    var parked: Slab<ParkedRequest>
    /// Answers that are held back.
    var paces: Slab<Pace>
    /// Exchanges that are to be hedged, and what is known of how long answers take, by a service's number.
    var hedgesDue = DueQueue()
    var estimates: [LatencyEstimate] = []
    var estimateNumbers: GrowingArray<Int32>
    /// By a service's number, those of them that wait for an endpoint with room; and which lines have any.
    var lines: GrowingArray<WaitingLine>
    var watchedLines: [Int32] = []
    /// When these were looked at last; 0: they are to be looked at again.
    var lineChecked: UInt64 = 0
    var tcpSessions: Slab<TCPSession>
    /// By listener and target (``ServerNames``): the service in the table in force, -1 for none; empty without TCP listeners.
    var tcpTargets: [[Int32]] = []
    var relayPipes: RelayPipePool
    var wheel: TimerWheel
    var pool = BufferPool()
    /// Where every read goes: ``Limits/stashBytes`` for an unfinished head, then the read area.
    let scratch: ScratchMemory
    /// Where TLS records pass through.
    let port: TLSPort
    /// By listener; nil where it is plain.
    var secured: [TLSServerContext?]
    /// Handshakes that may still be taken a step further in this turn.
    var handshakesLeft = 0
    /// HTTP/2, for all sessions of this worker.
    var http2: HTTP2Engine
    /// Where frames are read, so that what they hold outlives other reads; and where they are put together.
    let frames: ScratchMemory
    var frameOutput: Buffer
    /// Connections whose session has something to send, and those of the turn under way.
    var dirty: [Int32] = []
    var dirtyTurn: [Int32] = []
    /// Where rewritten response heads and answers are put together.
    var head: Buffer
    let fields: FieldTable
    /// The host in the form that tables are keyed by, the path in normal form, the date, and the request's name.
    let hostMemory: ScratchMemory
    let pathMemory: ScratchMemory
    let dateMemory: ScratchMemory
    var requestID: (UInt64, UInt64) = (0, 0)
    /// A trusted proxy has named the client of the request at hand.
    var isClientNamed = false
    /// Whose words on clients are believed; nil: nobody's.
    let trustedProxies: NetworkTable?
    /// There is a listener for https to which plain requests can be sent.
    let hasSecureListener: Bool
    /// Octets of the head of an answer of our own, which `head` holds with its body.
    var ownHeadCount = 0
    /// The password table of the 401 at hand.
    var challenge: PasswordTable?
    /// User, colon and password of the request that is being routed, and how long they are; no user: 0.
    let credentialMemory: ScratchMemory
    var credentialCount = 0
    var userCount = 0
    /// The endpoint of the request that is being routed gets no Authorization field.
    var removesAuthorization = false
    /// Nanoseconds after which a request like the one that gets the 429 at hand is admitted.
    var retryAfter: UInt64 = 0
    /// The value of `Allow` for the 405 at hand.
    var allowedMethods: [UInt8] = []
    let parser: HeadParser
    var requestHead = RequestHead()
    var responseHead = ResponseHead()

    var table: RoutingTable
    var currentHold: Int32
    var pools: GrowingArray<EndpointPool>
    /// Connections of all of them, and the idle ones.
    var upstreamConnections = 0
    var idleConnections = 0
    var cursors: GrowingArray<UInt32>
    /// By exchange, of those whose services ask for it.
    var affinities: GrowingArray<RequestAffinity>
    /// Whose traces are gone on with, and which are sampled.
    let tracing: TraceSampler
    /// By exchange, where there is tracing.
    var traces: GrowingArray<RequestTrace>
    var random: RandomSource
    var log: LogRing?

    /// What answers are compressed by.
    var compressor = Compressor()
    /// Connections to be looked at again in this turn, and those of the turn under way.
    var queue: [Int32] = []
    var queueTurn: [Int32] = []
    var now: UInt64
    var dateSecond: UInt64 = 0
    var clientCount = 0
    var connectionLimit: Int
    var drainDeadline: UInt64 = 0
    /// Until then a drain still accepts; 0 when it does not.
    var listenDeadline: UInt64 = 0
    /// Milliseconds that a drain keeps idle connections.
    var drainIdle = Limits.drainIdleMilliseconds
    var cut = 0
    /// A descriptor in reserve for the day when there is none left.
    var spare = Socket.placeholder()

    init(
        handle: WorkerHandle, peers: [WorkerHandle], configuration: GatewayConfiguration, listeners: [WorkerListener],
        sockets: [ListeningSocket], secured: [TLSServerContext?], connectionLimit: Int, poller: consuming Poller,
        port: consuming TLSPort
    ) {
        now = MonotonicClock.now
        self.handle = handle
        self.peers = peers
        self.configuration = configuration
        hasSecureListener = listeners.contains { $0.isSecure }
        trustedProxies =
            configuration.trustedProxies.isEmpty ? nil : NetworkTable(allow: configuration.trustedProxies)
        self.listeners = listeners
        self.sockets = sockets
        self.poller = poller
        self.port = port
        self.secured = secured
        connections = Slab(limit: Limits.connectionsPerWorker) { Connection(index: $0) }
        exchanges = Slab(limit: Limits.connectionsPerWorker) { Exchange(index: $0) }
        holds = Slab(limit: Limits.connectionsPerWorker) { _ in TableHold() }
        parked = Slab(limit: Limits.connectionsPerWorker) { ParkedRequest(index: $0) }
        paces = Slab(limit: Limits.connectionsPerWorker) { Pace(index: $0) }
        tcpSessions = Slab(limit: Limits.connectionsPerWorker) { TCPSession(index: $0) }
        if listeners.contains(where: \.isTCP) { tcpTargets = Array(repeating: [], count: listeners.count) }
        relayPipes = RelayPipePool(limit: min(Limits.relayPipesPerWorker, connectionLimit / 8))
        wheel = TimerWheel(now: now)
        scratch = ScratchMemory(count: Limits.stashBytes + Limits.readBytes)
        head = pool.take(Limits.stashBytes)
        frames = ScratchMemory(count: Limits.readBytes)
        frameOutput = pool.take(Limits.readBytes)
        var limits = HTTP2Limits()
        limits.headerListBytes = min(configuration.limits.headBytes, Limits.stashBytes)
        limits.fieldCount = configuration.limits.fieldCount
        limits.streamsPerConnection = configuration.limits.requestsPerConnection
        http2 = HTTP2Engine(limits: limits)
        hostMemory = ScratchMemory(count: 512)
        credentialMemory = ScratchMemory(count: Limits.credentialBytes)
        pathMemory = ScratchMemory(count: Limits.stashBytes)
        dateMemory = ScratchMemory(count: 32)
        fields = FieldTable(capacity: configuration.limits.fieldCount)
        parser = HeadParser(
            limits: configuration.limits.head)
        table = RoutingTable()
        pools = GrowingArray(repeating: EndpointPool())
        cursors = GrowingArray(repeating: 0)
        lines = GrowingArray(repeating: WaitingLine())
        estimateNumbers = GrowingArray(repeating: -1)
        affinities = GrowingArray(repeating: RequestAffinity())
        tracing = TraceSampler(configuration.tracing)
        traces = GrowingArray(repeating: RequestTrace())
        random = RandomSource(seed: now ^ UInt64(handle.number) << 32)
        log = handle.log
        self.connectionLimit = connectionLimit
        currentHold = holds.take()
        holds[currentHold].value.table = table
        handle.listenerCells.reserve(listeners.count)
        handle.handshakes.reserve(listeners.count)
        for listener in listeners.indices { handle.listenerDurations.reserve(listener) }
    }

    /// Has the poller watch the mailbox and the listening sockets; the errno of what cannot be watched, else 0.
    func register() -> Int32 {
        guard poller.addLevelTriggered(handle.mailbox.fd, token: Self.mailboxToken) else { return errno }
        for (index, socket) in sockets.enumerated() {
            let token = Self.listenerBit | UInt64(index)
            guard poller.addLevelTriggered(socket.fd, token: token, exclusive: socket.isShared) else { return errno }
        }
        return 0
    }

    /// Gives back what the worker's parts do not give back by themselves.
    consuming func deallocate() {
        scratch.deallocate()
        hostMemory.deallocate()
        pathMemory.deallocate()
        credentialMemory.deallocate()
        dateMemory.deallocate()
        fields.deallocate()
        frames.deallocate()
        pool.give(&head)
        pool.give(&frameOutput)
        Socket.close(spare)
    }

    /// Serves until a drain has ended.
    mutating func run() {
        // The first table was posted before the thread was made: no connection is accepted without it.
        takeMessages()
        while true {
            let count = poller.wait(milliseconds: patience)
            now = MonotonicClock.now
            handshakesLeft = Limits.handshakesPerTurn
            // All are taken down before any is acted upon: a request goes on no connection whose end is among them.
            for index in 0..<count { note(poller.event(index)) }
            for index in 0..<count { dispatch(poller.event(index)) }
            lookAgain()
            if compressor.isDue(now) { giveOut() }
            serveLines()
            if hedgesDue.count > 0 { beginHedges() }
            expireTimers()
            flushSessions()
            handle.connections.store(clientCount, ordering: .relaxed)
            handle.upstreamConnections.store(upstreamConnections, ordering: .relaxed)
            handle.idleConnections.store(idleConnections, ordering: .relaxed)
            if drainDeadline > 0, drainStep() { return }
        }
    }

    /// Milliseconds that the loop may sleep, -1 for as long as it likes.
    private var patience: Int32 {
        if !queue.isEmpty || !dirty.isEmpty { return 0 }
        var wait = wheel.wait(now: now)
        if compressor.heldUntil > 0 { wait = compressor.patience(now: now, atMost: wait) }
        if !watchedLines.isEmpty {
            let look = lineChecked == 0 ? 0 : Int32(Limits.lineNanoseconds / 1_000_000)
            wait = wait < 0 ? look : min(wait, look)
        }
        if let due = hedgesDue.next {
            let left = due > now ? Int32(clamping: (due - now) / 1_000_000 + 1) : 0
            wait = wait < 0 ? left : min(wait, left)
        }
        guard drainDeadline > 0 else { return wait }
        let end = listenDeadline > 0 ? min(drainDeadline, listenDeadline) : drainDeadline
        let left = end > now ? Int32(clamping: (end - now) / 1_000_000 + 1) : 0
        return wait < 0 ? left : min(wait, left)
    }

    private func note(_ event: PollEvent) {
        guard event.token & Self.listenerBit == 0 else { return }
        let connection = connections[Int32(truncatingIfNeeded: event.token & 0xffff_ffff)]
        guard connection.value.generation == UInt32(truncatingIfNeeded: event.token >> 32) else { return }
        connection.value.readiness.formUnion(event.readiness)
    }

    private mutating func dispatch(_ event: PollEvent) {
        if event.token & Self.listenerBit != 0 {
            if event.token == Self.mailboxToken {
                takeMessages()
            } else {
                accept(at: Int(truncatingIfNeeded: event.token & 0xffff))
            }
            return
        }
        let connection = connections[Int32(truncatingIfNeeded: event.token & 0xffff_ffff)]
        // The slot may have a new occupant since the event was queued.
        guard connection.value.generation == UInt32(truncatingIfNeeded: event.token >> 32) else { return }
        serve(connection)
    }

    mutating func serve(_ connection: Ref<Connection>) {
        switch connection.value.kind {
        case Kind.client: serveClient(connection)
        case Kind.upstream: serveUpstream(connection)
        case Kind.tcpClient, Kind.tcpUpstream: serveTCP(connection)
        default: if connection.value.exchange >= 0 { advance(exchanges[connection.value.exchange]) }
        }
    }

    /// Puts a connection aside for another look after the events at hand.
    mutating func lookLater(_ connection: Ref<Connection>) {
        guard !connection.value.isQueued else { return }
        connection.value.isQueued = true
        queue.append(connection.value.index)
    }

    private mutating func lookAgain() {
        guard !queue.isEmpty else { return }
        swap(&queue, &queueTurn)
        for index in queueTurn {
            let connection = connections[index]
            // The mark belongs to the slot: a new occupant is merely looked at once for nothing.
            connection.value.isQueued = false
            if connection.value.kind != 0 { serve(connection) }
        }
        queueTurn.removeAll(keepingCapacity: true)
    }

    private mutating func takeMessages() {
        for message in handle.mailbox.collect() {
            switch message {
            case .install(let table, let secured): install(table, secured)
            case .certificates(let table, let listener): secured[listener]?.install(table)
            case .drain(let order): drain(order)
            case .lookAtLines: lineChecked = 0
            case .verified(let ticket, let isRight): settleCredentials(ticket, isRight: isRight)
            case .signOfLife: handle.signOfLife.store(now, ordering: .releasing)
            }
        }
    }

    /// The connection's place in epoll's events.
    func token(of connection: Ref<Connection>) -> UInt64 {
        UInt64(connection.value.generation) << 32 | UInt64(UInt32(bitPattern: connection.value.index))
    }

    /// Sets the connection's deadline; 0 milliseconds: it waits without limit.
    mutating func setDeadline(_ connection: Ref<Connection>, _ milliseconds: UInt32) {
        wheel.schedule(connection, after: milliseconds, now: now, in: connections)
    }

    /// Takes a slot for a new socket and registers it; -1 if there is no room.
    mutating func adopt(_ fd: Int32, kind: UInt8) -> Int32 {
        let index = connections.take()
        guard index >= 0 else { return -1 }
        let connection = connections[index]
        connection.value.fd = fd
        connection.value.kind = kind
        connection.value.exchange = -1
        connection.value.flags = 0
        connection.value.requests = 0
        connection.value.readiness = []
        connection.value.listPrevious = -1
        connection.value.listNext = -1
        connection.value.session = -1
        guard poller.add(fd, token: token(of: connection)) else {
            connection.value.fd = -1
            connection.value.kind = 0
            connections.give(index)
            return -1
        }
        return index
    }

    /// Closes the socket and frees the slot.
    ///
    /// With `abort` the peer gets a reset: what it has is not all.
    mutating func release(_ connection: Ref<Connection>, abort: Bool = false) {
        guard connection.value.kind != 0 else { return }
        guard connection.value.fd >= 0 else {
            releaseStream(connection)
            return
        }
        if connection.value.kind == Kind.upstream || connection.value.kind == Kind.tcpUpstream {
            upstreamConnections -= 1
        }
        if abort {
            Socket.abort(connection.value.fd)
        } else {
            if connection.value.tls.isActive { sayGoodbye(connection) }
            Socket.close(connection.value.fd)
        }
        connection.value.tls.free()
        wheel.cancel(connection, in: connections)
        pool.give(&connection.value.input)
        pool.give(&connection.value.output)
        connection.value.fd = -1
        connection.value.kind = 0
        // The top bit is the listeners'.
        connection.value.generation = (connection.value.generation &+ 1) & 0x7fff_ffff
        connections.give(connection.value.index)
    }
}
