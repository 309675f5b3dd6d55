internal import HTTP2
internal import Reactor
internal import Synchronization

/// HTTP/2 sessions, with clients and with endpoints: octets to events, and what is to be sent once a turn.
///
/// A connection that carries a session serves no exchange itself; each of its streams has a connection without a socket,
/// which to everything else is a client's or an endpoint's (``Worker/Kind``). What streams have to send is gathered in the
/// engine, and leaves when the turn's events are done: a hundred answers in one send.
extension Worker {
    /// Makes the client's connection a session; what it has sent already is the session's beginning.
    mutating func beginSession(client: Ref<Connection>) {
        let session = http2.openServer(owner: client.value.index, now: now)
        guard session >= 0 else {
            closeClient(client)
            return
        }
        client.value.session = session
        client.value.phase = ClientPhase.session
        setDeadline(client, drainDeadline > 0 ? Limits.drainIdleMilliseconds : configuration.limits.idleTimeout)
        if drainDeadline > 0 { http2.shutdownNotice(session) }
        serveSession(client)
    }

    // MARK: - Receiving

    /// Reads frames and acts on them.
    mutating func serveSession(_ connection: Ref<Connection>) {
        readSession(connection)
        if connection.value.kind == Kind.client, connection.value.session >= 0 { timeFields(connection) }
    }

    /// The preface, and each head, must be whole in time: trickled frames gain nothing.
    private mutating func timeFields(_ client: Ref<Connection>) {
        let isPartial = http2.session(client.value.session).value.isReceivingFields
        guard isPartial != (client.value.flags & SessionFlags.receivesFields != 0) else { return }
        client.value.flags ^= SessionFlags.receivesFields
        // When it is whole, what comes next is decided as the session settles.
        setDeadline(client, isPartial ? configuration.limits.requestHeadTimeout : 0)
    }

    private mutating func readSession(_ connection: Ref<Connection>) {
        // While frames wait for the peer none are taken from it: that bounds what waits.
        if !flush(connection) {
            guard connection.value.readiness.contains(.broken) else { return }
            guard connection.value.kind == Kind.upstream else {
                loseSession(connection)
                return
            }
            // An endpoint that broke off may have said before which requests it has not looked at (GOAWAY, RFC 9113 §6.8):
            // that still lies in the socket. Nothing goes out any more.
            pool.give(&connection.value.output)
        }
        if connection.value.readiness.contains(.broken) { connection.value.readiness.insert(.readable) }
        markDirty(connection)
        if !connection.value.input.isEmpty {
            // Read behind a handshake or as an HTTP/1 head that was none.
            var input = connection.value.input
            connection.value.input = Buffer()
            unsafe takeFrames(connection, UnsafeRawBufferPointer(input.bytes))
            pool.give(&input)
        }
        for _ in 0..<Limits.sessionReadsPerTurn {
            guard connection.value.readiness.contains(.readable), connection.value.session >= 0 else { return }
            switch unsafe receive(connection, into: frames.bytes) {
            case .bytes(let count):
                unsafe takeFrames(connection, UnsafeRawBufferPointer(frames.prefix(count)))
            case .wouldBlock:
                return
            case .ended, .failed:
                loseSession(connection)
                return
            }
        }
        lookLater(connection)
    }

    private mutating func takeFrames(_ connection: Ref<Connection>, _ bytes: UnsafeRawBufferPointer) {
        _ = unsafe http2.receive(connection.value.session, bytes, now: now)
        act(on: connection)
    }

    /// Acts on the engine's events, which concern the session that `connection` carries.
    private mutating func act(on connection: Ref<Connection>) {
        let isClient = connection.value.kind == Kind.client
        for index in 0..<http2.eventCount {
            let event = http2.event(index)
            if event.kind == .goAway {
                if !isClient { retireSession(connection) }
                continue
            }
            guard event.stream >= 0 else { continue }
            if isClient {
                takeFromClient(event, connection)
            } else {
                takeFromEndpoint(event)
            }
        }
    }

    // MARK: - Sending

    /// Has the session's frames sent at the end of the turn.
    mutating func markDirty(_ connection: Ref<Connection>) {
        guard connection.value.flags & SessionFlags.dirty == 0 else { return }
        connection.value.flags |= SessionFlags.dirty
        dirty.append(connection.value.index)
    }

    /// Has the frames sent of the session that a stream belongs to.
    mutating func markDirty(stream connection: Ref<Connection>) {
        markDirty(carrier(of: connection))
    }

    /// The connection with the socket: a stream's session's, or the connection itself.
    func carrier(of connection: Ref<Connection>) -> Ref<Connection> {
        guard connection.value.fd < 0, connection.value.session >= 0 else { return connection }
        let session = http2.stream(connection.value.session).value.session
        guard session >= 0 else { return connection }
        return connections[http2.session(session).value.owner]
    }

    /// Sends what sessions have gathered in this turn.
    mutating func flushSessions() {
        guard !dirty.isEmpty else { return }
        swap(&dirty, &dirtyTurn)
        for index in dirtyTurn {
            let connection = connections[index]
            guard connection.value.flags & SessionFlags.dirty != 0 else { continue }
            connection.value.flags &= ~SessionFlags.dirty
            // An endpoint's connection that is not up yet keeps its frames.
            if connection.value.session >= 0, connection.value.fd >= 0, isUp(connection) { sendFrames(connection) }
        }
        dirtyTurn.removeAll(keepingCapacity: true)
        handle.http2.withLock { $0 = http2.counters }
    }

    private func isUp(_ connection: Ref<Connection>) -> Bool {
        connection.value.phase
            == (connection.value.kind == Kind.client ? ClientPhase.session : UpstreamPhase.session)
    }

    private mutating func sendFrames(_ connection: Ref<Connection>) {
        for _ in 0..<Limits.frameRoundsPerTurn {
            guard flush(connection) else { break }
            frameOutput.start = 0
            frameOutput.end = 0
            _ = http2.produce(connection.value.session, into: &frameOutput)
            // Before the events: acting on them may fill the memory that they are in.
            var pieces = Pieces()
            unsafe pieces.append(UnsafeRawBufferPointer(frameOutput.bytes))
            send(pieces, to: connection)
            act(on: connection)
            guard connection.value.session >= 0 else { return }
            guard http2.wantsWrite(connection.value.session), pieces.count > 0 else { break }
        }
        if connection.value.readiness.contains(.broken) {
            lookLater(connection)
        } else {
            if connection.value.output.isEmpty, http2.wantsWrite(connection.value.session), frameOutput.count > 0 {
                markDirty(connection)
            }
            settleSession(connection)
        }
    }

    /// Closes the connection of a session that is done, and sets the deadline of one that has no stream.
    mutating func settleSession(_ connection: Ref<Connection>) {
        let session = http2.session(connection.value.session)
        if http2.isDone(connection.value.session) {
            closeSession(connection)
        } else if connection.value.flags & SessionFlags.receivesFields != 0 {
            return
        } else if session.value.openStreams > 0 {
            if drainDeadline == 0, connection.value.output.isEmpty, isUp(connection) { setDeadline(connection, 0) }
        } else if connection.value.kind == Kind.upstream {
            if connection.value.flags & UpstreamFlags.listed == 0 {
                endSession(connection, GatewayError(.reset))
            } else if connection.value.deadline == 0 {
                setDeadline(connection, connection.value.idlePatience)
            }
        } else if connection.value.deadline == 0 {
            setDeadline(connection, drainDeadline > 0 ? Limits.drainIdleMilliseconds : configuration.limits.idleTimeout)
        }
    }

    // MARK: - Ends

    /// Nothing has been asked for in time, or a drain's notice is a round trip old.
    mutating func sessionExpired(_ client: Ref<Connection>) {
        let hopeless = SessionFlags.receivesFields | SessionFlags.saidGoodbye
        guard client.value.output.isEmpty, client.value.flags & hopeless == 0 else {
            loseSession(client)
            return
        }
        http2.goAway(client.value.session)
        markDirty(client)
        // Whoever does not close then is closed.
        if http2.session(client.value.session).value.openStreams == 0 {
            client.value.flags |= SessionFlags.saidGoodbye
            setDeadline(client, Limits.drainIdleMilliseconds)
        }
    }

    /// All was said: the connection is closed once it has left.
    private mutating func closeSession(_ connection: Ref<Connection>) {
        guard connection.value.kind == Kind.client else {
            endSession(connection, GatewayError(.reset))
            return
        }
        dropSession(connection, GatewayError(.clientGone))
        // The peer may be sending: closed at once, it would not get to read why.
        connection.value.flags = connection.value.flags & ClientFlags.counted | ClientFlags.mayLinger
        closeAfterAnswer(connection)
    }

    /// The peer is gone, or does not take what it is sent.
    private mutating func loseSession(_ connection: Ref<Connection>) {
        if connection.value.kind == Kind.client {
            dropSession(connection, GatewayError(.clientGone))
            closeClient(connection)
        } else {
            endSession(connection, GatewayError(.reset))
        }
    }

    /// Frees the session that the connection carries; what is under way on its streams fails with `error`.
    mutating func dropSession(_ connection: Ref<Connection>, _ error: GatewayError) {
        endStreams(of: connection, error)
        http2.close(connection.value.session)
        connection.value.session = -1
    }

    /// Ends what is under way on the session's streams.
    private mutating func endStreams(of connection: Ref<Connection>, _ error: GatewayError) {
        var next = http2.session(connection.value.session).value.firstStream
        while next >= 0 {
            let stream = http2.stream(next)
            next = stream.value.next
            guard stream.value.owner >= 0 else { continue }
            let owner = connections[stream.value.owner]
            if owner.value.exchange >= 0 {
                fail(exchanges[owner.value.exchange], error)
            } else {
                releaseStream(owner)
            }
            // What the failure brought about may have changed the list: it is read from its beginning.
            next = firstOwned(connection.value.session)
        }
    }

    private func firstOwned(_ session: Int32) -> Int32 {
        var next = http2.session(session).value.firstStream
        while next >= 0, http2.stream(next).value.owner < 0 { next = http2.stream(next).value.next }
        return next
    }

    // MARK: - Streams

    /// Frees the slot of a stream's connection; what was handed in is still sent, a stream that has not ended is reset.
    mutating func releaseStream(_ connection: Ref<Connection>) {
        guard connection.value.kind != 0 else { return }
        if connection.value.session >= 0 {
            markDirty(stream: connection)
            http2.release(connection.value.session)
        }
        wheel.cancel(connection, in: connections)
        pool.give(&connection.value.input)
        connection.value.session = -1
        connection.value.kind = 0
        connection.value.generation = (connection.value.generation &+ 1) & 0x7fff_ffff
        connections.give(connection.value.index)
    }

    /// A slot for a stream of `carrier`'s session; -1 when there is none.
    mutating func adoptStream(_ kind: UInt8, stream: Int32, of carrier: Ref<Connection>) -> Int32 {
        let index = connections.take()
        guard index >= 0 else { return -1 }
        let connection = connections[index]
        connection.value.fd = -1
        connection.value.kind = kind
        connection.value.phase = UpstreamPhase.active
        connection.value.exchange = -1
        connection.value.flags = 0
        connection.value.requests = 0
        connection.value.readiness = [.writable]
        connection.value.session = stream
        connection.value.tag = carrier.value.tag
        connection.value.peer = carrier.value.peer
        return index
    }

    /// Whether octets of the stream's body wait to be sent.
    func isBacklogged(_ connection: Ref<Connection>) -> Bool {
        guard connection.value.fd < 0, connection.value.session >= 0 else { return false }
        return !http2.stream(connection.value.session).value.output.isEmpty
    }

    /// Octets of a body for the stream.
    mutating func append(_ bytes: UnsafeRawBufferPointer, to connection: Ref<Connection>) {
        guard bytes.count > 0 else { return }
        unsafe http2.append(bytes, to: connection.value.session)
        markDirty(stream: connection)
    }

    /// The end of the stream's body, with trailers if there are any.
    mutating func end(_ connection: Ref<Connection>, trailers: Buffer = Buffer()) {
        if trailers.isEmpty {
            http2.end(connection.value.session)
        } else {
            unsafe http2.end(connection.value.session, trailers: UnsafeRawBufferPointer(trailers.bytes))
        }
        markDirty(stream: connection)
    }

    /// Octets of the stream's body went on: the peer may send more.
    mutating func consume(_ count: Int, of connection: Ref<Connection>) {
        http2.consume(count, of: connection.value.session)
        markDirty(stream: connection)
    }
}

/// Bits of the flags of a connection that carries a session.
enum SessionFlags {
    /// It is on the list of those that have something to send.
    static let dirty: UInt16 = 16
    /// It has no stream, and was told to go.
    static let saidGoodbye: UInt16 = 32
    /// A head has begun to come, or the preface has not come yet.
    static let receivesFields: UInt16 = 256
}

/// Bits of a stream's flags.
enum StreamFlags {
    /// Nothing follows `input`.
    static let inputEnded: UInt16 = 64
}
