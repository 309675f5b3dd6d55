internal import HTTP2
internal import Reactor
internal import Synchronization
internal import Wire

/// Requests that come as streams of an HTTP/2 session.
extension Worker {
    mutating func takeFromClient(_ event: HTTP2Event, _ carrier: Ref<Connection>) {
        if event.kind == .request || event.kind == .refused {
            beginRequest(event, carrier)
            return
        }
        let owner = http2.stream(event.stream).value.owner
        guard owner >= 0 else { return }
        let client = connections[owner]
        if event.endsStream { client.value.flags |= StreamFlags.inputEnded }
        guard client.value.exchange >= 0 else {
            // The answer has been handed in; what comes is its end, or what the answer did not wait for.
            if event.kind == .closed || event.kind == .reset { releaseStream(client) }
            if event.kind == .drained { setDeadline(client, configuration.limits.writeTimeout) }
            return
        }
        let exchange = exchanges[client.value.exchange]
        switch event.kind {
        case .data:
            guard isFastEnough(exchange) else {
                fail(exchange, GatewayError(.bodyTimeout))
                return
            }
            if exchange.value.requestStage != .done { setDeadline(client, bodyPatience(exchange)) }
            if exchange.value.requestStage == .done, !exchange.value.isTunnel, !exchange.value.wantsUpgrade {
                // Behind the length that was told: nghttp2 has said so already.
                unsafe consume(event.bytes.count, of: client)
                return
            }
            unsafe keep(event.bytes, in: client)
            advance(exchange)
        case .trailers:
            takeTrailers(event, exchange, client)
        case .ended:
            advance(exchange)
        case .reset:
            fail(exchange, GatewayError(.clientGone))
        case .closed:
            // Both sides have ended: what is left to do is ours.
            break
        case .drained:
            resumeStream(exchange, client)
        default: break
        }
    }

    private mutating func takeTrailers(
        _ event: HTTP2Event, _ exchange: Ref<Exchange>, _ client: Ref<Connection>
    ) {
        var count = 0
        var consumed = 0
        let section = unsafe UnsafeRawBufferPointer(event.bytes)
        switch unsafe parser.parseTrailers(section, fields: fields, count: &count, consumed: &consumed) {
        case .complete:
            if exchange.value.requestTrailers.isEmpty {
                unsafe keepTrailers(section, count: count, in: &exchange.value.requestTrailers)
            }
            advance(exchange)
        case .incomplete:
            fail(exchange, GatewayError(.badBody))
        case .rejected(let rejection):
            fail(exchange, GatewayError(.badBody, rejection: rejection))
        }
    }

    private mutating func resumeStream(_ exchange: Ref<Exchange>, _ client: Ref<Connection>) {
        if exchange.value.upstream >= 0, !exchange.value.isTunnel {
            resumeAnswer(exchange, client, connections[exchange.value.upstream])
        }
        // Not at once: the frames of this turn are being written.
        lookLater(client)
    }

    /// A request's head has come, or one that is answered without it.
    private mutating func beginRequest(_ event: HTTP2Event, _ carrier: Ref<Connection>) {
        let index = adoptStream(Kind.clientStream, stream: event.stream, of: carrier)
        guard index >= 0 else {
            http2.reset(event.stream, code: HTTP2ErrorCode.refusedStream)
            http2.release(event.stream)
            return
        }
        let client = connections[index]
        http2.stream(event.stream).value.owner = index
        if event.endsStream { client.value.flags |= StreamFlags.inputEnded }
        guard event.kind == .request else {
            let rejection: HeadRejection =
                event.code == 431 ? .headTooLarge : event.code == 405 ? .connectRefused : .badUpgrade
            reject(client, GatewayError(.badRequest, rejection: rejection))
            return
        }
        let bytes = unsafe event.bytes
        switch unsafe parser.parseRequest(UnsafeRawBufferPointer(bytes), fields: fields, head: &requestHead) {
        case .complete:
            if !event.endsStream, requestHead.framing == .none, !requestHead.wantsUpgrade {
                requestHead.framing = .untilClose
            }
            unsafe beginExchange(client, bytes, isStash: false)
        case .incomplete:
            reject(client, GatewayError(.badRequest, rejection: .malformedStartLine))
        case .rejected(let rejection):
            reject(client, GatewayError(.badRequest, rejection: rejection))
        }
    }

    // MARK: - Answers

    /// Hands in an answer's head.
    mutating func respond(_ client: Ref<Connection>, _ text: UnsafeMutableRawBufferPointer, endsStream: Bool) {
        unsafe http2.respond(client.value.session, head: text, endsStream: endsStream)
        markDirty(stream: client)
    }

    /// Gives the stream what there is of the answer: the head in `head` if it has not been handed in, and data.
    mutating func sendAnswer(
        _ exchange: Ref<Exchange>, stream client: Ref<Connection>, _ data: UnsafeRawBufferPointer, headPending: Bool
    ) {
        let isDone = exchange.value.responseStage == .done
        if headPending {
            exchange.value.bytesOut += UInt64(head.count)
            unsafe respond(client, head.bytes, endsStream: isDone && data.count == 0)
        }
        exchange.value.bytesOut += UInt64(data.count)
        unsafe append(data, to: client)
        if isDone { end(client) }
    }

    /// The answer is handed in: the slot waits for it to leave, unless the client still sends what nobody wants.
    mutating func settleStream(_ client: Ref<Connection>) {
        client.value.exchange = -1
        client.value.phase = ClientPhase.flushing
        pool.give(&client.value.input)
        let isOver = http2.stream(client.value.session).value.isClosed
        if isOver || client.value.flags & StreamFlags.inputEnded == 0 {
            releaseStream(client)
        } else {
            setDeadline(client, configuration.limits.writeTimeout)
        }
    }
}
