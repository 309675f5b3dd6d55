internal import Glibc
internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

extension Worker {
    // MARK: - Accepting

    /// Accepts what waits at a listening socket, up to a turn's share; true when there may be more.
    @discardableResult
    mutating func accept(at index: Int) -> Bool {
        guard index < sockets.count, sockets[index].fd >= 0 else { return false }
        let listener = sockets[index].listener
        for _ in 0..<Limits.acceptsPerTurn {
            var peer = SocketAddress()
            var code: Int32 = 0
            guard let fd = Socket.accept(sockets[index].fd, peer: &peer, code: &code) else {
                if code == EMFILE || code == ENFILE { turnAway(at: index) }
                if code == ECONNABORTED || code == EINTR { continue }
                return false
            }
            guard clientCount < connectionLimit else {
                handle.refusedByLimit.addAlone(1)
                Socket.close(fd)
                continue
            }
            let slot = adopt(fd, kind: listeners[listener].isTCP ? Kind.tcpClient : Kind.client)
            guard slot >= 0 else {
                Socket.close(fd)
                continue
            }
            clientCount += 1
            handle.listenerCells.add(1, to: .opened, of: listener)
            let client = connections[slot]
            client.value.peer = peer
            client.value.tag = Int32(listener)
            if listeners[listener].isTCP {
                beginTCP(client)
                continue
            }
            // The listener told only when the request was there (TCP_DEFER_ACCEPT): it is read without another event.
            client.value.readiness = [.readable, .writable]
            if listeners[listener].readsProxy, awaitsProxyHeader(client) {
                client.value.phase = ClientPhase.proxy
                setDeadline(client, configuration.limits.requestHeadTimeout)
                readProxyHeader(client)
                continue
            }
            welcome(client)
        }
        return true
    }

    /// Goes on with a connection for requests when it is known who the client is.
    mutating func welcome(_ client: Ref<Connection>) {
        let listener = Int(client.value.tag)
        if listeners[listener].limitsConnections, !admitsConnection(client, at: listener) {
            handle.refusedByAddress.addAlone(1)
            closeClient(client, abort: true)
            return
        }
        client.value.phase = ClientPhase.idle
        setDeadline(client, drainDeadline > 0 ? drainIdle : configuration.limits.requestHeadTimeout)
        guard secured[listener] == nil || beginHandshake(client, at: listener) else { return }
        serveClient(client)
    }

    /// Takes a connection for which there is no descriptor and closes it, by way of the one kept in reserve: left in the
    /// kernel's queue it would keep the level-triggered listener awake without end.
    private mutating func turnAway(at index: Int) {
        handle.refusedForDescriptors.addAlone(1)
        var peer = SocketAddress()
        var code: Int32 = 0
        Socket.close(spare)
        if let fd = Socket.accept(sockets[index].fd, peer: &peer, code: &code) { Socket.close(fd) }
        spare = Socket.placeholder()
    }

    // MARK: - Events

    mutating func serveClient(_ client: Ref<Connection>) {
        switch client.value.phase {
        case ClientPhase.exchange:
            let exchange = exchanges[client.value.exchange]
            // In a tunnel both ends may be closed while octets still wait to be read: it finds out by reading.
            if client.value.readiness.contains(.broken), !exchange.value.isTunnel {
                fail(exchange, GatewayError(.clientGone))
            } else {
                advance(exchange)
            }
        case ClientPhase.flushing:
            if client.value.readiness.contains(.broken) {
                closeClient(client)
            } else if flush(client) {
                finishFlushing(client)
            }
        case ClientPhase.lingering:
            linger(client)
        case ClientPhase.handshake:
            shakeHands(client)
        case ClientPhase.session:
            serveSession(client)
        case ClientPhase.proxy:
            readProxyHeader(client)
        default:
            readHead(client)
        }
    }

    /// Sends what waits for the peer; true when nothing does any more.
    ///
    /// False also when the connection broke: the event or the next read tells.
    mutating func flush(_ connection: Ref<Connection>) -> Bool {
        if connection.value.fd < 0 { return !isBacklogged(connection) }
        while !connection.value.output.isEmpty {
            // What is known to be broken is not written to again: it would be looked at again without end.
            guard connection.value.readiness.isDisjoint(with: .broken), connection.value.readiness.contains(.writable)
            else { return false }
            switch unsafe Socket.send(connection.value.fd, UnsafeRawBufferPointer(connection.value.output.bytes)) {
            case .bytes(let count):
                connection.value.output.consume(count)
                if !connection.value.output.isEmpty { connection.value.readiness.remove(.writable) }
                if connection.value.kind == Kind.client { setDeadline(connection, configuration.limits.writeTimeout) }
            case .wouldBlock:
                connection.value.readiness.remove(.writable)
            case .ended, .failed:
                connection.value.readiness.formUnion([.broken, .readable])
                lookLater(connection)
                return false
            }
        }
        pool.give(&connection.value.output)
        return true
    }

    /// Sends `pieces`, or keeps for later what the peer does not take now.
    mutating func send(_ pieces: Pieces, to connection: Ref<Connection>) {
        guard pieces.count > 0 else { return }
        guard connection.value.fd >= 0 else {
            unsafe pieces.forEach(after: 0) { unsafe append($0, to: connection) }
            return
        }
        guard !connection.value.tls.isActive else {
            sendSealed(pieces, to: connection)
            return
        }
        var sent = 0
        if connection.value.output.isEmpty, connection.value.readiness.contains(.writable) {
            switch Socket.send(connection.value.fd, pieces) {
            case .bytes(let count):
                sent = count
            case .wouldBlock:
                break
            case .ended, .failed:
                // Of an endpoint, an answer may already lie in the socket: reading decides.
                connection.value.readiness.formUnion([.broken, .readable])
                lookLater(connection)
                return
            }
            if sent == pieces.count { return }
            connection.value.readiness.remove(.writable)
        }
        pool.reserve(pieces.count - sent, in: &connection.value.output)
        unsafe pieces.forEach(after: sent) { unsafe connection.value.output.append($0) }
        if connection.value.kind == Kind.client { setDeadline(connection, configuration.limits.writeTimeout) }
    }

    /// One read into `area`; notes what the kernel says of readiness.
    @inline(__always)
    mutating func receive(_ connection: Ref<Connection>, into area: UnsafeMutableRawBufferPointer) -> Transfer {
        if connection.value.tls.isActive { return unsafe receiveSealed(connection, into: area) }
        let transfer = unsafe Socket.receive(connection.value.fd, into: area)
        note(transfer, of: connection, room: area.count)
        return transfer
    }

    /// Notes what a read into `room` octets says of readiness.
    @inline(__always)
    func note(_ transfer: Transfer, of connection: Ref<Connection>, room: Int) {
        switch transfer {
        case .bytes(let count):
            // A short read means that the socket is drained, unless the peer's end is still to be read.
            if count < room, !connection.value.readiness.contains(.peerClosed) {
                connection.value.readiness.remove(.readable)
            }
        case .wouldBlock:
            connection.value.readiness.remove(.readable)
        case .ended:
            connection.value.readiness.remove(.readable)
            connection.value.readiness.insert(.peerClosed)
        case .failed:
            connection.value.readiness.insert(.broken)
        }
    }

    // MARK: - Heads

    /// Reads and parses the next request's head, and begins its exchange when it is whole.
    private mutating func readHead(_ client: Ref<Connection>) {
        // Pipelined requests are parsed where they lie.
        if !client.value.input.isEmpty {
            let outcome = unsafe parser.parseRequest(
                UnsafeRawBufferPointer(client.value.input.bytes), fields: fields, head: &requestHead)
            switch outcome {
            case .complete:
                let bytes = unsafe client.value.input.bytes
                unsafe beginExchange(client, bytes, isStash: true)
                return
            case .rejected(let rejection):
                reject(client, GatewayError(.badRequest, rejection: rejection))
                return
            case .incomplete:
                break
            }
        }
        guard client.value.readiness.contains(.readable) else {
            if client.value.readiness.contains(.broken) { closeClient(client) }
            return
        }
        let held = client.value.input.count
        // An incomplete head is shorter than the largest head, which the stash area holds.
        if held > 0 {
            unsafe scratch.bytes.copyMemory(from: UnsafeRawBufferPointer(client.value.input.bytes))
        }
        switch unsafe receive(client, into: scratch.from(held)) {
        case .bytes(let count):
            takeHead(client, count: held + count, held: held)
        case .wouldBlock:
            break
        case .ended, .failed:
            closeClient(client)
        }
    }

    /// Parses what lies in the scratch memory: `held` octets from before and what was just read.
    private mutating func takeHead(_ client: Ref<Connection>, count: Int, held: Int) {
        let bytes = unsafe scratch.prefix(count)
        var outcome = HeadOutcome.incomplete
        switch unsafe preface(client, UnsafeRawBufferPointer(bytes)) {
        case .whole:
            pool.give(&client.value.input)
            unsafe keep(bytes, in: client)
            beginSession(client: client)
            return
        case .part: break
        case .none:
            outcome = unsafe parser.parseRequest(
                UnsafeRawBufferPointer(bytes), fields: fields, head: &requestHead)
        }
        switch outcome {
        case .complete:
            if held > 0 { pool.give(&client.value.input) }
            unsafe beginExchange(client, bytes, isStash: false)
        case .incomplete:
            // The whole head has one deadline, from its first octet: slow heads gain nothing by trickling.
            if client.value.phase == ClientPhase.idle {
                client.value.phase = ClientPhase.head
                setDeadline(client, configuration.limits.requestHeadTimeout)
            }
            pool.reserve(count - held, in: &client.value.input)
            unsafe client.value.input.append(UnsafeRawBufferPointer(rebasing: bytes[held...]))
            if client.value.readiness.contains(.readable) { lookLater(client) }
        case .rejected(let rejection):
            reject(client, GatewayError(.badRequest, rejection: rejection))
        }
    }

    private enum Preface {
        case none, part, whole
    }

    /// Whether a new connection begins as HTTP/2 by prior knowledge does (RFC 9113 §3.4), where the listener speaks it.
    private func preface(_ client: Ref<Connection>, _ bytes: UnsafeRawBufferPointer) -> Preface {
        guard client.value.requests == 0, !client.value.tls.isActive,
            listeners[Int(client.value.tag)].speaksHTTP2
        else { return .none }
        let text: StaticString = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        let expected = unsafe text.octets
        let count = min(bytes.count, expected.count)
        guard unsafe bytes.prefix(count).elementsEqual(expected.prefix(count)) else { return .none }
        return count == expected.count ? .whole : .part
    }

    /// Puts the client's connection back to waiting for a request, and looks at once at what it has sent already.
    mutating func awaitNextRequest(_ client: Ref<Connection>) {
        client.value.phase = ClientPhase.idle
        client.value.exchange = -1
        let isDraining = drainDeadline > 0
        setDeadline(client, isDraining ? drainIdle : configuration.limits.idleTimeout)
        if !client.value.input.isEmpty || client.value.readiness.contains(.readable) { lookLater(client) }
    }

    // MARK: - Ends

    /// Counts a client's connection that is about to be closed.
    mutating func leaveClient(_ client: Ref<Connection>) {
        clientCount -= 1
        handle.listenerCells.add(1, to: .closed, of: Int(client.value.tag))
    }

    mutating func closeClient(_ client: Ref<Connection>, abort: Bool = false) {
        guard client.value.kind != 0 else { return }
        if client.value.kind == Kind.client {
            leaveClient(client)
            if client.value.flags & ClientFlags.counted != 0 { uncount(client) }
        }
        release(client, abort: abort)
    }

    /// Closes the connection once the answer is out, in a way that lets the client read it (RFC 9112 §9.6).
    mutating func closeAfterAnswer(_ client: Ref<Connection>) {
        client.value.exchange = -1
        client.value.phase = ClientPhase.flushing
        if client.value.tls.isActive, client.value.flags & ClientFlags.goesOn == 0 { sayGoodbye(client) }
        if flush(client) {
            finishFlushing(client)
        } else {
            setDeadline(client, configuration.limits.writeTimeout)
        }
    }

    private mutating func finishFlushing(_ client: Ref<Connection>) {
        if client.value.flags & ClientFlags.goesOn != 0 {
            client.value.flags &= ~ClientFlags.goesOn
            awaitNextRequest(client)
            return
        }
        // Closing while octets of the client's lie unread sends a reset, which may destroy the answer on its way.
        let hasUnread = !client.value.input.isEmpty || client.value.readiness.contains(.readable)
        guard hasUnread || client.value.flags & ClientFlags.mayLinger != 0 else {
            closeClient(client)
            return
        }
        Socket.shutdownWrite(client.value.fd)
        pool.give(&client.value.input)
        client.value.phase = ClientPhase.lingering
        client.value.since = 0
        setDeadline(client, Limits.lingerMilliseconds)
        linger(client)
    }

    private mutating func linger(_ client: Ref<Connection>) {
        while client.value.readiness.contains(.readable) {
            switch unsafe receive(client, into: scratch.bytes) {
            case .bytes(let count):
                client.value.since += UInt64(count)
                if client.value.since > Limits.lingerBytes {
                    closeClient(client)
                    return
                }
            case .wouldBlock:
                return
            case .ended, .failed:
                closeClient(client)
                return
            }
        }
        if client.value.readiness.contains(.broken) { closeClient(client) }
    }
}

/// Bits of a client connection's flags.
enum ClientFlags {
    /// The client may still be sending when the answer is out.
    static let mayLinger: UInt16 = 1
    /// When what waits has been sent, the next request is read; otherwise the connection is closed.
    static let goesOn: UInt16 = 2
    /// It counts among its address's connections.
    static let counted: UInt16 = 512
}
