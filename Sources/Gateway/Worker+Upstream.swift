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
        // Each endpoint is looked at once at the most, however few of them `tried` remembers.
        for _ in 0...record.endpointCount {
            let chosen = table.endpoint(
                for: service, cursor: &cursors[Int(record.statisticsSlot)], random: random.next(), now: now,
                excluding: exchange.value.tried)
            guard chosen >= 0 else {
                fail(exchange, exchange.value.failure ?? GatewayError(.noEndpoint), mayRetry: false)
                return
            }
            let slot = Int(table.endpoints[chosen].slot)
            let state = table.states[chosen]
            let limit = Int(record.connectionsPerEndpoint)
            let before = state.inFlight.add(1, ordering: .relaxed).oldValue
            if limit > 0, before >= limit {
                state.inFlight.subtract(1, ordering: .relaxed)
                exchange.value.tried.insert(slot)
                exchange.value.failure = GatewayError(.endpointsBusy)
                continue
            }
            exchange.value.endpoint = Int32(chosen)
            exchange.value.isCounted = true
            handle.endpointCells.add(1, to: .requests, of: slot)
            if attach(exchange, slot: slot) { return }
            // Where the socket could not even be made nothing was sent, so another endpoint may be tried.
            if let reason = open(exchange, table.endpoints[chosen], slot: slot) { fail(exchange, GatewayError(reason)) }
            return
        }
        fail(exchange, GatewayError(.endpointsBusy), mayRetry: false)
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

    /// Begins a connection to the endpoint; returns why that cannot be, or nil.
    private mutating func open(
        _ exchange: Ref<Exchange>, _ endpoint: EndpointRecord, slot: Int
    ) -> GatewayError.Kind? {
        let address = SocketAddress(
            high: endpoint.address.high, low: endpoint.address.low, port: endpoint.address.port,
            isIPv6: endpoint.address.isIPv6)
        let fd: Int32
        do {
            fd = try Socket.connect(address)
        } catch {
            // That we have run out of something is no fault of the endpoint's.
            let isOurs = [EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL].contains(error.code)
            return isOurs ? .exhausted : .connectFailed
        }
        let index = adopt(fd, kind: Kind.upstream)
        guard index >= 0 else {
            Socket.close(fd)
            return .exhausted
        }
        let upstream = connections[index]
        upstream.value.peer = address
        upstream.value.tag = Int32(slot)
        upstream.value.phase = UpstreamPhase.connecting
        upstream.value.exchange = exchange.value.index
        exchange.value.upstream = index
        exchange.value.isReused = false
        exchange.value.wantsFreshConnection = false
        setDeadline(upstream, exchange.value.timeouts.connect)
        return nil
    }

    // MARK: - Events

    mutating func serveUpstream(_ upstream: Ref<Connection>) {
        switch upstream.value.phase {
        case UpstreamPhase.idle:
            // An idle connection has nothing to say but its end.
            if upstream.value.readiness.contains(.readable) { dropIdle(upstream) }
        case UpstreamPhase.connecting:
            let exchange = exchanges[upstream.value.exchange]
            if upstream.value.readiness.contains(.broken) {
                let code = Socket.pendingError(upstream.value.fd)
                fail(exchange, GatewayError(code == ECONNREFUSED ? .connectRefused : .connectFailed))
            } else if upstream.value.readiness.contains(.writable) {
                upstream.value.phase = UpstreamPhase.active
                sendRequest(exchange, upstream)
            }
        default:
            guard upstream.value.exchange >= 0 else {
                release(upstream)
                return
            }
            advance(exchanges[upstream.value.exchange])
        }
    }

    /// Begins sending on a connection that is up.
    private mutating func sendRequest(_ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) {
        exchange.value.sent = now
        setDeadline(upstream, exchange.value.timeouts.responseHead)
        guard flushOutbound(exchange, upstream) else { return }
        // An endpoint may have spoken, or gone, by the time its connection is known to be up: no other event tells.
        if exchange.value.requestStage != .done || upstream.value.readiness.contains(.readable) { advance(exchange) }
    }

    /// Sends the rewritten head and what was put behind it; true when all of it has left.
    mutating func flushOutbound(_ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) -> Bool {
        while exchange.value.outboundSent < exchange.value.outbound.end {
            guard upstream.value.readiness.isDisjoint(with: .broken), upstream.value.readiness.contains(.writable)
            else {
                return false
            }
            let all = unsafe UnsafeRawBufferPointer(exchange.value.outbound.bytes)
            let rest = unsafe UnsafeRawBufferPointer(rebasing: all[Int(exchange.value.outboundSent)...])
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
        return true
    }

    // MARK: - Failing

    /// Ends a try: another endpoint is tried if that is safe and allowed, otherwise the client gets an answer.
    mutating func fail(_ exchange: Ref<Exchange>, _ error: GatewayError, mayRetry: Bool = true) {
        let slot = exchange.value.isCounted ? endpointSlot(exchange) : -1
        note(error, exchange)
        let sentNothing = error.isBeforeSending
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
        if mayRetry, error.side == .upstream, retries(exchange, error, slot: slot, sentNothing: sentNothing) { return }
        answer(exchange, error)
        settleOwnAnswer(exchange)
    }

    private mutating func retries(
        _ exchange: Ref<Exchange>, _ error: GatewayError, slot: Int, sentNothing: Bool
    ) -> Bool {
        guard sentNothing || exchange.value.isReplayable else { return false }
        // Part of a body that has left us cannot be sent again.
        if !sentNothing, exchange.value.hasBody, exchange.value.requestStage != .done || exchange.value.outbound.isEmpty
        {
            return false
        }
        if error.kind == .reset, exchange.value.isReused, exchange.value.staleTries < 2 {
            // The endpoint closed an idle connection as the request was sent: not its failure, and not a try.
            exchange.value.staleTries += 1
            exchange.value.wantsFreshConnection = true
        } else {
            guard let cause = error.retryCause, exchange.value.retries.causes.contains(cause),
                exchange.value.triesMade < exchange.value.retries.attempts
            else { return false }
            exchange.value.triesMade += 1
            if slot >= 0 { exchange.value.tried.insert(slot) }
            exchange.value.wantsFreshConnection = false
        }
        if slot >= 0 { handle.endpointCells.add(1, to: .retries, of: slot) }
        exchange.value.outboundSent = 0
        exchange.value.responseStage = .head
        exchange.value.isReused = false
        forward(exchange)
        return true
    }

    /// Drops an answer of 502 to 504 for that of another endpoint; false where the client is to have it: the policy does not
    /// name it, the request cannot be repeated, or there is nobody else.
    mutating func triesElsewhere(_ exchange: Ref<Exchange>, status: UInt16) -> Bool {
        guard let error = GatewayError(answered: status), let cause = error.retryCause,
            exchange.value.retries.causes.contains(cause), exchange.value.triesMade < exchange.value.retries.attempts,
            exchange.value.isReplayable, exchange.value.requestStage == .done,
            let table = holds[exchange.value.hold].value.table
        else { return false }
        var tried = exchange.value.tried
        tried.insert(endpointSlot(exchange))
        let service = Int(exchange.value.service)
        // A look ahead, which is nobody's turn.
        var cursor = cursors[Int(table.services[service].statisticsSlot)]
        guard
            table.endpoint(for: service, cursor: &cursor, random: random.next(), now: now, excluding: tried) >= 0
        else { return false }
        fail(exchange, error)
        return true
    }

    /// The slot of the endpoint that the exchange is at or was at last; -1 before the first.
    func endpointSlot(_ exchange: Ref<Exchange>) -> Int {
        guard exchange.value.endpoint >= 0, let table = holds[exchange.value.hold].value.table else { return -1 }
        return Int(table.endpoints[Int(exchange.value.endpoint)].slot)
    }

    /// Counts a failure, and takes an endpoint out that refused.
    private mutating func note(_ error: GatewayError, _ exchange: Ref<Exchange>) {
        guard error.side == .upstream, exchange.value.isCounted,
            let table = holds[exchange.value.hold].value.table
        else { return }
        let isStale = error.kind == .reset && exchange.value.isReused
        let slot = Int(table.endpoints[Int(exchange.value.endpoint)].slot)
        if !isStale { handle.endpointCells.add(1, to: .failures, of: slot) }
        guard error.isBeforeSending else { return }
        let state = table.states[Int(exchange.value.endpoint)]
        let failures = state.consecutiveFailures.add(1, ordering: .relaxed).newValue
        let wait = Limits.ejectionBase << UInt64(min(5, max(0, failures - 1)))
        state.ejectedUntil.store(now &+ wait, ordering: .relaxed)
    }

    /// Parts the exchange from its upstream connection: back to the pool, or closed.
    mutating func detach(_ exchange: Ref<Exchange>, keep: Bool) {
        if exchange.value.isCounted, let table = holds[exchange.value.hold].value.table {
            table.states[Int(exchange.value.endpoint)].inFlight.subtract(1, ordering: .relaxed)
            exchange.value.isCounted = false
        }
        guard exchange.value.upstream >= 0 else { return }
        let upstream = connections[exchange.value.upstream]
        exchange.value.upstream = -1
        upstream.value.exchange = -1
        let slot = Int(upstream.value.tag)
        if keep, drainDeadline == 0, pools[slot].isCurrent, pools[slot].idleCount < Limits.idlePerEndpoint,
            !upstream.value.readiness.contains(.readable), upstream.value.output.isEmpty,
            upstream.value.input.isEmpty
        {
            linkIdle(upstream, slot: slot, timeout: exchange.value.timeouts.upstreamIdle)
        } else {
            release(upstream)
        }
    }

    // MARK: - Idle connections

    private mutating func linkIdle(_ upstream: Ref<Connection>, slot: Int, timeout: UInt32) {
        upstream.value.phase = UpstreamPhase.idle
        let first = pools[slot].idleHead
        upstream.value.listPrevious = -1
        upstream.value.listNext = first
        if first >= 0 { connections[first].value.listPrevious = upstream.value.index }
        pools[slot].idleHead = upstream.value.index
        pools[slot].idleCount += 1
        setDeadline(upstream, timeout)
    }

    private mutating func unlinkIdle(_ upstream: Ref<Connection>, slot: Int) {
        let previous = upstream.value.listPrevious
        let next = upstream.value.listNext
        if previous >= 0 {
            connections[previous].value.listNext = next
        } else {
            pools[slot].idleHead = next
        }
        if next >= 0 { connections[next].value.listPrevious = previous }
        upstream.value.listPrevious = -1
        upstream.value.listNext = -1
        pools[slot].idleCount -= 1
    }

    /// Closes an idle connection.
    mutating func dropIdle(_ upstream: Ref<Connection>) {
        if upstream.value.phase == UpstreamPhase.idle { unlinkIdle(upstream, slot: Int(upstream.value.tag)) }
        release(upstream)
    }
}
