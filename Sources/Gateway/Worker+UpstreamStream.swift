internal import HTTP2
internal import Reactor
internal import Routing
internal import Wire

/// Requests that go as streams of an HTTP/2 session with an endpoint.
extension Worker {
    // MARK: - Sessions

    /// Gives a connection to an endpoint a session, which takes requests before the connection is up.
    mutating func beginSession(_ upstream: Ref<Connection>, isSecure: Bool) -> Bool {
        let session = http2.openClient(owner: upstream.value.index, isSecure: isSecure, now: now)
        guard session >= 0 else { return false }
        upstream.value.session = session
        let slot = Int(upstream.value.tag)
        guard pools[slot].isCurrent, pools[slot].dialect == upstream.value.dialect else { return true }
        upstream.value.flags |= UpstreamFlags.listed
        ConnectionList.push(upstream, at: &pools[slot].sessionHead, in: connections)
        return true
    }

    /// The session takes no more requests; it ends with those that it has.
    mutating func retireSession(_ upstream: Ref<Connection>) {
        guard upstream.value.flags & UpstreamFlags.listed != 0 else { return }
        upstream.value.flags &= ~UpstreamFlags.listed
        ConnectionList.remove(upstream, from: &pools[Int(upstream.value.tag)].sessionHead, in: connections)
        http2.goAway(upstream.value.session)
        markDirty(upstream)
    }

    /// Ends the session and its connection; requests that were under way fail with `error`.
    mutating func endSession(_ upstream: Ref<Connection>, _ error: GatewayError) {
        retireSession(upstream)
        dropSession(upstream, error)
        release(upstream)
    }

    // MARK: - Requests

    /// Gives the exchange a stream of a session that the endpoint has with us, if there is one with room.
    mutating func attachStream(_ exchange: Ref<Exchange>, _ endpoint: EndpointRecord, slot: Int) -> Bool {
        guard endpoint.protocol != .http, !exchange.value.wantsUpgrade else { return false }
        var index = pools[slot].sessionHead
        while index >= 0 {
            let upstream = connections[index]
            if http2.canRequest(upstream.value.session), beginStream(exchange, on: upstream) { return true }
            index = upstream.value.listNext
        }
        return false
    }

    /// Begins a stream for the exchange; false when the session has none to give.
    mutating func beginStream(_ exchange: Ref<Exchange>, on carrier: Ref<Connection>) -> Bool {
        let index = adoptStream(Kind.upstreamStream, stream: -1, of: carrier)
        guard index >= 0 else { return false }
        let upstream = connections[index]
        let text = unsafe exchange.value.outbound.bytes
        let headText = unsafe UnsafeMutableRawBufferPointer(rebasing: text[..<Int(exchange.value.outboundHead)])
        let isWhole =
            exchange.value.requestStage == .done && exchange.value.outbound.end == exchange.value.outboundHead
            && exchange.value.requestTrailers.isEmpty
        let stream = unsafe http2.request(
            carrier.value.session, head: headText, endsStream: isWhole, owner: index)
        guard stream >= 0 else {
            releaseStream(upstream)
            return false
        }
        upstream.value.session = stream
        upstream.value.exchange = exchange.value.index
        exchange.value.upstream = index
        exchange.value.isReused = carrier.value.phase == UpstreamPhase.session
        exchange.value.outboundSent = exchange.value.outboundHead
        exchange.value.hasSentEnd = isWhole
        exchange.value.sent = now
        carrier.value.idlePatience = exchange.value.timeouts.upstreamIdle
        setDeadline(upstream, bounded(exchange, exchange.value.timeouts.responseHead))
        if exchange.value.isReused {
            handle.reuses.addAlone(1)
            setDeadline(carrier, 0)
        }
        markDirty(carrier)
        if !isWhole { advance(exchange) }
        return true
    }

    /// Hands in what there is of the body.
    mutating func flushOutbound(_ exchange: Ref<Exchange>, stream upstream: Ref<Connection>) {
        if exchange.value.outboundSent < exchange.value.outbound.end {
            let all = unsafe UnsafeRawBufferPointer(exchange.value.outbound.bytes)
            unsafe append(UnsafeRawBufferPointer(rebasing: all[Int(exchange.value.outboundSent)...]), to: upstream)
            exchange.value.outboundSent = exchange.value.outbound.end
        }
        if exchange.value.requestStage == .done, !exchange.value.hasSentEnd {
            exchange.value.hasSentEnd = true
            end(upstream, trailers: exchange.value.requestTrailers)
        }
    }

    // MARK: - Answers

    mutating func takeFromEndpoint(_ event: HTTP2Event) {
        let owner = http2.stream(event.stream).value.owner
        guard owner >= 0 else { return }
        let upstream = connections[owner]
        guard upstream.value.exchange >= 0 else { return }
        let exchange = exchanges[upstream.value.exchange]
        if event.endsStream { upstream.value.flags |= StreamFlags.inputEnded }
        switch event.kind {
        case .response:
            takeHead(event, exchange, upstream)
        case .data:
            setDeadline(upstream, answerPatience(exchange))
            takeData(event, exchange, upstream)
        case .trailers:
            unsafe pool.reserve(event.bytes.count, in: &exchange.value.responseTrailers)
            unsafe exchange.value.responseTrailers.append(UnsafeRawBufferPointer(event.bytes))
            pumpStreamAnswer(exchange, upstream)
        case .ended:
            pumpStreamAnswer(exchange, upstream)
        case .reset:
            // All was said before; the endpoint only does not want the rest of the request (RFC 9113 §8.1).
            if event.code == HTTP2ErrorCode.noError, upstream.value.flags & StreamFlags.inputEnded != 0 { return }
            let kind: GatewayError.Kind =
                event.code == HTTP2ErrorCode.refusedStream
                ? .refusedStream : exchange.value.hasAnswered ? .truncated : .reset
            fail(exchange, GatewayError(kind))
        case .drained:
            lookLater(upstream)
        default: break
        }
    }

    private mutating func takeHead(_ event: HTTP2Event, _ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) {
        var exchange = exchange
        if exchange.value.firstByte == 0 { exchange.value.firstByte = now }
        let client = connections[exchange.value.client]
        let bytes = unsafe UnsafeRawBufferPointer(event.bytes)
        switch unsafe parser.parseResponse(
            bytes, to: exchange.value.method, fields: fields, head: &responseHead)
        {
        case .complete: break
        case .incomplete:
            fail(exchange, GatewayError(.badAnswer))
            return
        case .rejected(let rejection):
            fail(exchange, GatewayError(.badAnswer, rejection: rejection))
            return
        }
        if responseHead.status < 200 {
            _ = unsafe takeInterim(exchange, client, upstream, bytes)
            return
        }
        if responseHead.status >= 429, triesElsewhere(exchange, status: responseHead.status) { return }
        if exchange.value.partner >= 0 { exchange = settleRace(exchange) }
        let none = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
        if client.value.kind == Kind.asker {
            unsafe takeVerdict(exchange, upstream, bytes, none)
            return
        }
        unsafe beginAnswer(exchange, upstream, bytes)
        // Nothing follows: a client's stream is told so with the head, which for gRPC makes the fields trailers.
        if event.endsStream, client.value.kind == Kind.clientStream, exchange.value.responseFraming == .untilClose {
            exchange.value.responseStage = .done
        }
        guard unsafe relayAnswer(exchange, client, upstream, none, headPending: true), event.endsStream else { return }
        pumpStreamAnswer(exchange, upstream)
    }

    private mutating func takeData(_ event: HTTP2Event, _ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) {
        let client = connections[exchange.value.client]
        let count = unsafe event.bytes.count
        guard exchange.value.responseStage == .body, upstream.value.input.isEmpty,
            takesAnswer(exchange, client, upstream), exchange.value.pace < 0 || paceRoom(exchange, upstream) > 0
        else {
            if exchange.value.responseStage != .done { unsafe keep(event.bytes, in: upstream) }
            // The wait that began before these octets came goes on.
            if exchange.value.pace >= 0 { _ = paceRoom(exchange, upstream) }
            return
        }
        spend(count, of: exchange)
        let index = exchange.value.index
        guard unsafe relayAnswer(exchange, client, upstream, event.bytes, headPending: false),
            exchanges[index].value.upstream == upstream.value.index
        else { return }
        consume(count, of: upstream)
        if event.endsStream { pumpStreamAnswer(exchange, upstream) }
    }

    /// Passes on what was kept of the answer, and its end.
    mutating func pumpStreamAnswer(_ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) {
        let client = connections[exchange.value.client]
        while takesAnswer(exchange, client, upstream) {
            if exchange.value.responseStage == .done {
                finish(exchange)
                return
            }
            guard exchange.value.responseStage != .head else { return }
            if !upstream.value.input.isEmpty {
                var count = upstream.value.input.count
                if exchange.value.pace >= 0 {
                    count = min(count, paceRoom(exchange, upstream))
                    guard count > 0 else { return }
                    spend(count, of: exchange)
                }
                var input = upstream.value.input
                upstream.value.input = Buffer()
                let bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: input.bytes[..<count])
                let goesOn = unsafe relayAnswer(exchange, client, upstream, bytes, headPending: false)
                if goesOn { consume(count, of: upstream) }
                input.consume(count)
                if goesOn, !input.isEmpty {
                    upstream.value.input = input
                    continue
                }
                pool.give(&input)
                guard goesOn else { return }
                continue
            }
            guard upstream.value.flags & StreamFlags.inputEnded != 0 else { return }
            guard endStreamAnswer(exchange, client, upstream) else { return }
        }
    }

    /// The endpoint has said all; false when the exchange has ended with that.
    private mutating func endStreamAnswer(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>
    ) -> Bool {
        if exchange.value.responseFraming == .length, exchange.value.responseRemaining > 0 {
            fail(exchange, GatewayError(.truncated))
            return false
        }
        guard !exchange.value.responseTrailers.isEmpty else {
            endBody(exchange)
            return true
        }
        let section = unsafe exchange.value.responseTrailers.bytes
        return unsafe relayTrailers(exchange, client, upstream, section) != nil
    }
}

/// Bits of the flags of a connection to an endpoint.
enum UpstreamFlags {
    /// It is among its endpoint's sessions that take requests.
    static let listed: UInt16 = 128
}

extension Connection {
    /// ``EndpointRecord/dialect`` of the endpoint that the connection was made to.
    var dialect: Int32 {
        get { Int32(truncatingIfNeeded: Int64(bitPattern: since)) }
        set { since = UInt64(bitPattern: Int64(newValue)) }
    }

    /// Milliseconds that a session with an endpoint is kept without a stream.
    var idlePatience: UInt32 {
        get { requests }
        set { requests = newValue }
    }
}
