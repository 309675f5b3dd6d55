internal import Glibc
internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

extension Worker {
    // MARK: - Choosing and connecting

    /// Gives the exchange an endpoint and a connection to it, and sends what there is to send.
    mutating func forward(_ exchange: Ref<Exchange>) {
        guard let table = holds[exchange.value.hold].value.table else { return }
        let service = Int(exchange.value.service)
        let record = table.services[service]
        timeTry(exchange)
        if record.traits.contains(.hedged) { armHedge(exchange, record) }
        guard !record.traits.contains(.limited) else {
            forwardLimited(exchange, table, record)
            return
        }
        let choice = endpointChoice(for: exchange, in: table)
        var chosen = endpointToStay(exchange, in: table, choice)
        if chosen < 0 {
            chosen = table.endpoint(for: service, cursor: &cursors[Int(record.statisticsSlot)], choice)
        }
        guard chosen >= 0 else {
            fail(exchange, exchange.value.failure ?? GatewayError(.noEndpoint), mayRetry: false)
            return
        }
        table.states[chosen].inFlight.add(1, ordering: .relaxed)
        send(exchange, to: chosen, table)
    }

    /// Gives the exchange a connection to the endpoint that it was counted in at, and sends what there is to send.
    mutating func send(_ exchange: Ref<Exchange>, to chosen: Int, _ table: RoutingTable) {
        let endpoint = table.endpoints[chosen]
        let slot = Int(endpoint.slot)
        exchange.value.endpoint = Int32(chosen)
        exchange.value.isCounted = true
        exchange.value.chosen = now
        handle.endpointCells.add(1, to: .requests, of: slot)
        if tracing.isOn { beginTry(exchange) }
        // Who wants to be told of the client gets a connection for this one alone.
        if endpoint.proxyVersion == 0,
            attach(exchange, slot: slot) || attachStream(exchange, endpoint, slot: slot)
        {
            return
        }
        // Where the socket could not even be made nothing was sent, so another endpoint may be tried.
        if let reason = open(exchange, endpoint, slot: slot) { fail(exchange, GatewayError(reason)) }
    }

    /// Takes an idle connection to the endpoint, if there is one that can be used.
    private mutating func attach(_ exchange: Ref<Exchange>, slot: Int) -> Bool {
        guard !exchange.value.wantsFreshConnection else { return false }
        while pools[slot].idleHead >= 0 {
            let upstream = connections[pools[slot].idleHead]
            unlinkIdle(upstream, slot: slot)
            if upstream.value.readiness.contains(.readable) || isStale(upstream, exchange) {
                release(upstream)
                continue
            }
            upstream.value.phase = UpstreamPhase.active
            upstream.value.exchange = exchange.value.index
            exchange.value.upstream = upstream.value.index
            exchange.value.isReused = true
            handle.reuses.addAlone(1)
            sendRequest(exchange, upstream)
            return true
        }
        return false
    }

    /// A request that cannot be sent twice is not risked on a connection that the endpoint has closed meanwhile.
    private func isStale(_ upstream: Ref<Connection>, _ exchange: Ref<Exchange>) -> Bool {
        guard !exchange.value.isReplayable else { return false }
        var octet: UInt8 = 0
        let count = unsafe recv(upstream.value.fd, &octet, 1, Int32(MSG_PEEK))
        return count >= 0 || errno != EAGAIN
    }

    /// Begins a connection to the endpoint for the exchange; returns why that cannot be, or nil.
    private mutating func open(
        _ exchange: Ref<Exchange>, _ endpoint: EndpointRecord, slot: Int
    ) -> GatewayError.Kind? {
        if exchange.value.wantsUpgrade, endpoint.protocol.isHTTP2Only { return .upgradeImpossible }
        let isSession =
            endpoint.protocol.isHTTP2Only
            || (endpoint.protocol == .https && pools[slot].speaksHTTP2 && !exchange.value.wantsUpgrade)
        let (index, reason) = connect(exchange, endpoint)
        guard index >= 0 else { return reason }
        exchange.value.wantsFreshConnection = false
        let upstream = connections[index]
        if isSession {
            // Others may wait for it too: how long this request does is its stream's deadline.
            setDeadline(upstream, exchange.value.timeouts.connect)
            guard beginSession(upstream, isSecure: endpoint.protocol.isSecure) else {
                release(upstream)
                return .exhausted
            }
            return beginStream(exchange, on: upstream) ? nil : .exhausted
        }
        setDeadline(upstream, bounded(exchange, exchange.value.timeouts.connect))
        upstream.value.exchange = exchange.value.index
        exchange.value.upstream = index
        exchange.value.isReused = false
        return nil
    }

    /// Begins a connection to the endpoint, with a TLS session where it is to have one; -1 and why that cannot be.
    private mutating func connect(
        _ exchange: Ref<Exchange>, _ endpoint: EndpointRecord
    ) -> (index: Int32, reason: GatewayError.Kind) {
        let (index, reason) = dial(endpoint, kind: Kind.upstream)
        guard index >= 0 else { return (-1, reason) }
        let upstream = connections[index]
        // One that begins with a PROXY header is its client's: it is of no dialect that is kept.
        upstream.value.dialect = endpoint.proxyVersion == 0 ? endpoint.dialect : -2
        guard endpoint.protocol.isSecure else { return (index, .exhausted) }
        let offer: StaticString =
            endpoint.protocol == .h2
            ? "\u{2}h2"
            : exchange.value.wantsUpgrade || endpoint.proxyVersion > 0 ? "\u{8}http/1.1" : "\u{2}h2\u{8}http/1.1"
        let context = holds[exchange.value.hold].value.secured?.context(of: Int(exchange.value.service))
        if let context { upstream.value.tls = context.connect(to: upstream.value.peer, protocols: offer, on: port) }
        guard upstream.value.tls.isActive else {
            release(upstream)
            return (-1, .handshakeFailed)
        }
        return (index, .exhausted)
    }

    /// Begins a connection to the endpoint's address; -1 and why that cannot be.
    mutating func dial(_ endpoint: EndpointRecord, kind: UInt8) -> (index: Int32, reason: GatewayError.Kind) {
        let address = SocketAddress(
            high: endpoint.address.high, low: endpoint.address.low, port: endpoint.address.port,
            isIPv6: endpoint.address.isIPv6)
        let fd: Int32
        do {
            fd = try Socket.connect(address)
        } catch {
            // That we have run out of something is no fault of the endpoint's.
            let isOurs = [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL].contains(error.code)
            return (-1, isOurs ? .exhausted : .connectFailed)
        }
        let index = adopt(fd, kind: kind)
        guard index >= 0 else {
            Socket.close(fd)
            return (-1, .exhausted)
        }
        handle.dials.addAlone(1)
        handle.endpointCells.add(1, to: .opened, of: Int(endpoint.slot))
        upstreamConnections += 1
        let upstream = connections[index]
        upstream.value.peer = address
        upstream.value.tag = endpoint.slot
        upstream.value.proxyVersion = endpoint.proxyVersion
        upstream.value.phase = UpstreamPhase.connecting
        return (index, .exhausted)
    }

    // MARK: - Events

    mutating func serveUpstream(_ upstream: Ref<Connection>) {
        switch upstream.value.phase {
        case UpstreamPhase.idle:
            // An idle connection has nothing to say but its end.
            if upstream.value.readiness.contains(.readable), !isQuiet(upstream) { dropIdle(upstream) }
        case UpstreamPhase.connecting:
            if upstream.value.readiness.contains(.broken) {
                let code = Socket.pendingError(upstream.value.fd)
                failConnection(upstream, GatewayError(code == ECONNREFUSED ? .connectRefused : .connectFailed))
            } else if upstream.value.readiness.contains(.writable) {
                guard upstream.value.proxyVersion == 0 || introduce(upstream) else {
                    failConnection(upstream, GatewayError(.connectFailed))
                    return
                }
                if upstream.value.tls.isActive { greet(upstream) } else { beginSpeaking(upstream) }
            }
        case UpstreamPhase.handshake:
            shakeHands(upstream: upstream)
        case UpstreamPhase.session:
            serveSession(upstream)
        default:
            guard upstream.value.exchange >= 0 else {
                release(upstream)
                return
            }
            advance(exchanges[upstream.value.exchange])
        }
    }

    /// Whether what has come on an idle connection says nothing: tickets and key updates of TLS.
    private mutating func isQuiet(_ upstream: Ref<Connection>) -> Bool {
        guard upstream.value.tls.isActive else { return false }
        return unsafe receive(upstream, into: scratch.bytes) == .wouldBlock
    }

    /// The connection is up and, where it is to be, secure: the exchange or the session that it was made for begins.
    mutating func beginSpeaking(_ upstream: Ref<Connection>) {
        if upstream.value.session >= 0 {
            upstream.value.phase = UpstreamPhase.session
            setDeadline(upstream, 0)
            serveSession(upstream)
            return
        }
        upstream.value.phase = UpstreamPhase.active
        sendRequest(exchanges[upstream.value.exchange], upstream)
    }

    /// A connection that came to nothing: those who waited for it are told.
    mutating func failConnection(_ upstream: Ref<Connection>, _ error: GatewayError) {
        if upstream.value.session >= 0 {
            endSession(upstream, error)
        } else if upstream.value.exchange >= 0 {
            fail(exchanges[upstream.value.exchange], error)
        } else {
            release(upstream)
        }
    }

    /// Begins sending on a connection that is up.
    mutating func sendRequest(_ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) {
        exchange.value.sent = now
        setDeadline(upstream, bounded(exchange, exchange.value.timeouts.responseHead))
        guard flushOutbound(exchange, upstream) else { return }
        // An endpoint may have spoken, or gone, by the time its connection is known to be up: no other event tells.
        if exchange.value.requestStage != .done || upstream.value.readiness.contains(.readable)
            || !upstream.value.input.isEmpty
        {
            advance(exchange)
        }
    }

    /// Sends the rewritten head and what was put behind it; true when all of it has left.
    mutating func flushOutbound(_ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) -> Bool {
        guard upstream.value.kind == Kind.upstream else {
            flushOutbound(exchange, stream: upstream)
            return true
        }
        let isChunked = exchange.value.upstreamFraming == .chunked
        let bare = isChunked ? exchange.value.outboundHead : exchange.value.outbound.end
        while exchange.value.outboundSent < bare {
            guard upstream.value.readiness.isDisjoint(with: .broken), upstream.value.readiness.contains(.writable)
            else {
                return false
            }
            let all = unsafe UnsafeRawBufferPointer(exchange.value.outbound.bytes)
            let rest = unsafe UnsafeRawBufferPointer(
                rebasing: all[Int(exchange.value.outboundSent)..<Int(bare)])
            if upstream.value.tls.isActive {
                guard flush(upstream) else { return false }
                var pieces = Pieces()
                unsafe pieces.append(rest)
                send(pieces, to: upstream)
                exchange.value.outboundSent = bare
                break
            }
            switch unsafe Socket.send(upstream.value.fd, rest) {
            case .bytes(let count):
                exchange.value.outboundSent &+= UInt32(count)
                if count < rest.count { upstream.value.readiness.remove(.writable) }
            case .wouldBlock:
                upstream.value.readiness.remove(.writable)
            case .ended, .failed:
                // An answer may already lie in the socket: reading decides.
                upstream.value.readiness.formUnion([.broken, .readable])
                lookLater(upstream)
                return false
            }
        }
        guard isChunked else { return true }
        if exchange.value.outboundSent < exchange.value.outbound.end {
            let all = unsafe UnsafeRawBufferPointer(exchange.value.outbound.bytes)
            let rest = unsafe UnsafeRawBufferPointer(rebasing: all[Int(exchange.value.outboundSent)...])
            exchange.value.outboundSent = exchange.value.outbound.end
            unsafe writeBody(rest, exchange, upstream)
        }
        if exchange.value.requestStage == .done, !exchange.value.hasSentEnd {
            exchange.value.hasSentEnd = true
            writeLastChunk(trailers: exchange.value.requestTrailers)
            var pieces = Pieces()
            unsafe pieces.append(UnsafeRawBufferPointer(head.bytes))
            send(pieces, to: upstream)
        }
        return true
    }

    // MARK: - Failing

    /// Ends a try: another endpoint is tried if that is safe and allowed, otherwise the client gets an answer.
    ///
    /// - Parameter isPaid: the retry was taken from the budget already.
    mutating func fail(
        _ exchange: Ref<Exchange>, _ error: GatewayError, mayRetry: Bool = true, isPaid: Bool = false
    ) {
        if exchange.value.partner >= 0, leavesRace(exchange, error) { return }
        let slot = exchange.value.isCounted ? endpointSlot(exchange) : -1
        note(error, exchange)
        detach(exchange, keep: false)
        exchange.value.failure = error
        if error.side == .client, error.kind != .bodyTimeout, error.kind != .badBody, error.kind != .bodyTooLarge {
            abandon(exchange)
            return
        }
        if exchange.value.hasAnswered {
            // The client has part of an answer: a reset tells it that the rest is missing.
            abandon(exchange)
            return
        }
        if mayRetry, error.side == .upstream, retries(exchange, error, slot: slot, isPaid: isPaid) { return }
        if connections[exchange.value.client].value.kind == Kind.asker {
            failQuestion(exchange, error)
            return
        }
        answer(exchange, error)
        settleOwnAnswer(exchange)
    }

    /// The slot of the endpoint that the exchange is at or was at last; -1 before the first.
    func endpointSlot(_ exchange: Ref<Exchange>) -> Int {
        guard exchange.value.endpoint >= 0, let table = holds[exchange.value.hold].value.table else { return -1 }
        return Int(table.endpoints[Int(exchange.value.endpoint)].slot)
    }

    /// Parts the exchange from its upstream connection: back to the pool, or closed.
    mutating func detach(_ exchange: Ref<Exchange>, keep: Bool) {
        if exchange.value.isCounted, let table = holds[exchange.value.hold].value.table {
            table.states[Int(exchange.value.endpoint)].inFlight.subtract(1, ordering: .relaxed)
            exchange.value.isCounted = false
            if exchange.value.holdsPlace { leavePlace(exchange, table) }
        }
        guard exchange.value.upstream >= 0 else { return }
        let upstream = connections[exchange.value.upstream]
        exchange.value.upstream = -1
        upstream.value.exchange = -1
        let slot = Int(upstream.value.tag)
        if keep, upstream.value.kind == Kind.upstream, drainDeadline == 0, pools[slot].isCurrent,
            pools[slot].dialect == upstream.value.dialect, pools[slot].idleCount < Limits.idlePerEndpoint,
            !upstream.value.readiness.contains(.readable), upstream.value.output.isEmpty,
            upstream.value.input.isEmpty
        {
            linkIdle(upstream, slot: slot, timeout: exchange.value.timeouts.upstreamIdle)
        } else {
            release(upstream)
        }
    }
}
