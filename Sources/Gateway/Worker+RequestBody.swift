internal import Reactor
internal import Routing
internal import Wire

extension Worker {
    /// Moves the exchange on as far as both sides allow: request to the endpoint, answer to the client.
    mutating func advance(_ exchange: Ref<Exchange>) {
        guard exchange.value.upstream >= 0 else { return }
        let upstream = connections[exchange.value.upstream]
        guard upstream.value.phase == UpstreamPhase.active else { return }
        if exchange.value.isTunnel {
            pumpTunnel(exchange)
            return
        }
        let index = exchange.value.index
        if exchange.value.outboundSent < exchange.value.outbound.end || exchange.value.requestStage != .done
            || !exchange.value.hasSentEnd || !upstream.value.output.isEmpty
        {
            guard pumpRequest(exchange, upstream) else { return }
        }
        // The exchange may have failed over to another endpoint meanwhile.
        guard exchanges[index].value.upstream == upstream.value.index else { return }
        pumpResponse(exchange, upstream)
    }

    /// Sends what the client has given of the request; false when the exchange has ended or moved on.
    private mutating func pumpRequest(_ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) -> Bool {
        let client = connections[exchange.value.client]
        for _ in 0..<Limits.readsPerTurn {
            guard flushOutbound(exchange, upstream), flush(upstream), !upstream.value.readiness.contains(.broken) else {
                // The endpoint holds things up: the client has done nothing to be timed for.
                if exchange.value.requestStage != .done, client.value.output.isEmpty { setDeadline(client, 0) }
                return true
            }
            guard exchange.value.requestStage != .done else { return true }
            if !client.value.input.isEmpty {
                let bytes = unsafe client.value.input.bytes
                let outcome = unsafe relayRequest(exchange, upstream, bytes)
                guard let used = outcome else { return false }
                client.value.input.consume(used)
                if client.value.input.isEmpty { pool.give(&client.value.input) }
                if client.value.kind == Kind.clientStream { consume(used, of: client) }
                // An unfinished trailer section waits for more.
                if used > 0 || client.value.input.isEmpty { continue }
            }
            if client.value.kind == Kind.clientStream, client.value.flags & StreamFlags.inputEnded != 0 {
                endRequest(exchange)
                continue
            }
            guard client.value.readiness.contains(.readable) else {
                awaitBody(exchange, client, upstream)
                return true
            }
            guard readBody(exchange, client, upstream) else { return false }
        }
        lookLater(client)
        return true
    }

    /// One read of the client's body; false when the exchange has ended.
    private mutating func readBody(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>
    ) -> Bool {
        let held = client.value.input.count
        if held > 0 {
            guard held < Limits.stashBytes else {
                fail(exchange, GatewayError(.badBody))
                return false
            }
            unsafe scratch.bytes.copyMemory(from: UnsafeRawBufferPointer(client.value.input.bytes))
            pool.give(&client.value.input)
        }
        switch unsafe receive(client, into: scratch.from(held)) {
        case .bytes(let count):
            guard isFastEnough(exchange) else {
                fail(exchange, GatewayError(.bodyTimeout))
                return false
            }
            setDeadline(client, bodyPatience(exchange))
            return takeBody(exchange, client, upstream, count: held + count)
        case .wouldBlock:
            if held > 0 { unsafe keep(scratch.prefix(held), in: client) }
            awaitBody(exchange, client, upstream)
            return true
        case .ended, .failed:
            // A body that will never be whole is never passed off as one.
            fail(exchange, GatewayError(.clientGone))
            return false
        }
    }

    /// The client is to send more of its body: its deadline runs, and the endpoint's rests, as that has nothing to answer.
    private mutating func awaitBody(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>
    ) {
        if exchange.value.waitingSince == 0 { exchange.value.waitingSince = now }
        if client.value.deadline == 0 { setDeadline(client, bodyPatience(exchange)) }
        if exchange.value.responseStage == .head { setDeadline(upstream, bounded(exchange, 0)) }
    }

    /// Milliseconds between two pieces of the request's body; a call of gRPC may stay silent as long as a tunnel.
    func bodyPatience(_ exchange: Ref<Exchange>) -> UInt32 {
        bounded(exchange, exchange.value.isGRPC ? exchange.value.timeouts.tunnel : configuration.limits.bodyTimeout)
    }

    private mutating func takeBody(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>, count: Int
    ) -> Bool {
        let bytes = unsafe scratch.prefix(count)
        guard let used = unsafe relayRequest(exchange, upstream, bytes) else { return false }
        if used < count { unsafe keep(UnsafeMutableRawBufferPointer(rebasing: bytes[used...]), in: client) }
        return true
    }

    /// Puts octets that cannot be used yet into the connection's input buffer.
    mutating func keep(_ bytes: UnsafeMutableRawBufferPointer, in connection: Ref<Connection>) {
        pool.reserve(bytes.count, in: &connection.value.input)
        unsafe connection.value.input.append(UnsafeRawBufferPointer(bytes))
    }

    /// Whether the body comes at the rate that is asked for; what we kept the client waiting does not count.
    ///
    /// Nor does the time before the body's first octet, in which an `Expect: 100-continue` waits for the endpoint's word.
    mutating func isFastEnough(_ exchange: Ref<Exchange>) -> Bool {
        guard exchange.value.hasBodyBegun else {
            exchange.value.hasBodyBegun = true
            exchange.value.waitingSince = 0
            return true
        }
        if exchange.value.waitingSince > 0 {
            exchange.value.waited &+= now &- exchange.value.waitingSince
            exchange.value.waitingSince = 0
        }
        let rate = configuration.limits.minimumBodyRate
        guard rate > 0, !exchange.value.isGRPC, exchange.value.waited > Limits.bodyRateGrace else { return true }
        return exchange.value.bytesIn >= exchange.value.waited / 1_000_000_000 * UInt64(rate)
    }

    /// Passes a piece of the request's body on under framing of our own.
    ///
    /// - Returns: the octets used, or nil when the exchange has ended.
    private mutating func relayRequest(
        _ exchange: Ref<Exchange>, _ upstream: Ref<Connection>, _ bytes: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var used = 0
        if exchange.value.requestStage == .body {
            if exchange.value.requestFraming == .length {
                used = Int(min(Int64(bytes.count), exchange.value.requestRemaining))
                exchange.value.requestRemaining -= Int64(used)
                exchange.value.bytesIn += UInt64(used)
                unsafe sendBody(UnsafeRawBufferPointer(rebasing: bytes[..<used]), exchange, upstream)
                if exchange.value.requestRemaining == 0 { endRequest(exchange) }
                return used
            }
            if exchange.value.requestFraming == .untilClose {
                guard unsafe takeBare(exchange, upstream, UnsafeRawBufferPointer(bytes)) else { return nil }
                return bytes.count
            }
            let step = unsafe exchange.value.requestDecoder.decode(bytes)
            used = step.consumed
            if case .rejected(let rejection) = step.progress {
                fail(exchange, GatewayError(.badBody, rejection: rejection))
                return nil
            }
            let data = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<step.produced])
            guard unsafe takeBare(exchange, upstream, data) else { return nil }
            guard step.progress == .trailers else { return used }
            exchange.value.requestStage = .trailers
        }
        guard exchange.value.requestStage == .trailers else { return used }
        let section = unsafe UnsafeRawBufferPointer(rebasing: bytes[used...])
        var count = 0
        var consumed = 0
        switch unsafe parser.parseTrailers(section, fields: fields, count: &count, consumed: &consumed) {
        case .incomplete:
            return used
        case .rejected(let rejection):
            fail(exchange, GatewayError(.badBody, rejection: rejection))
            return nil
        case .complete:
            unsafe keepTrailers(section, count: count, in: &exchange.value.requestTrailers)
            endRequest(exchange)
            return used + consumed
        }
    }

    /// Passes on a piece of a body whose length nobody has told; false when it is longer than may be.
    private mutating func takeBare(
        _ exchange: Ref<Exchange>, _ upstream: Ref<Connection>, _ data: UnsafeRawBufferPointer
    ) -> Bool {
        exchange.value.bytesIn += UInt64(data.count)
        exchange.value.requestRemaining += Int64(data.count)
        guard exchange.value.bodyLimit < 0 || exchange.value.requestRemaining <= exchange.value.bodyLimit else {
            fail(exchange, GatewayError(.bodyTooLarge))
            return false
        }
        if data.count > 0 { unsafe sendBody(data, exchange, upstream) }
        return true
    }

    private mutating func endRequest(_ exchange: Ref<Exchange>) {
        exchange.value.requestStage = .done
        // From here on the endpoint's deadline counts, not the client's.
        let client = connections[exchange.value.client]
        setDeadline(client, client.value.output.isEmpty ? 0 : configuration.limits.writeTimeout)
        guard exchange.value.upstream >= 0 else { return }
        let upstream = connections[exchange.value.upstream]
        if exchange.value.responseStage == .head {
            timeTry(exchange)
            setDeadline(upstream, bounded(exchange, exchange.value.timeouts.responseHead))
        }
        // With the last of the body, or as soon as that has left.
        if !exchange.value.hasSentEnd { _ = flushOutbound(exchange, upstream) }
    }

    /// Sends a piece of the body to the endpoint; while it may have to be sent again, it is kept.
    private mutating func sendBody(
        _ data: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>, _ upstream: Ref<Connection>
    ) {
        setDeadline(upstream, bounded(exchange, exchange.value.timeouts.responseHead))
        // A stream may be refused unseen, and then any method may be sent again.
        let isOfUse = exchange.value.isReplayable || upstream.value.kind == Kind.upstreamStream
        if isOfUse, !exchange.value.hasLostBody, !exchange.value.hasAnswered,
            exchange.value.outbound.count + data.count <= Limits.replayBytes
        {
            pool.reserve(data.count, in: &exchange.value.outbound)
            unsafe exchange.value.outbound.append(data)
            _ = flushOutbound(exchange, upstream)
            return
        }
        exchange.value.isReplayable = false
        exchange.value.hasLostBody = true
        unsafe writeBody(data, exchange, upstream)
    }

    /// Gives the endpoint a piece of the body, in the framing that it is told of.
    mutating func writeBody(
        _ data: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>, _ upstream: Ref<Connection>
    ) {
        var pieces = Pieces()
        if exchange.value.upstreamFraming == .chunked, upstream.value.kind == Kind.upstream {
            writeChunkSize(data.count)
            unsafe pieces.append(UnsafeRawBufferPointer(head.bytes))
            unsafe pieces.append(data)
            unsafe pieces.append(Self.lineEnd)
        } else {
            unsafe pieces.append(data)
        }
        send(pieces, to: upstream)
    }

    /// A chunk's size line, in `head`.
    mutating func writeChunkSize(_ count: Int) {
        head.start = 0
        head.end = 0
        head.append(hexadecimal: UInt64(count))
        head.append("\r\n")
    }

    /// Keeps the trailers that may go on, with the empty line behind them; `section` is what `fields` describes.
    mutating func keepTrailers(_ section: UnsafeRawBufferPointer, count: Int, in trailers: inout Buffer) {
        pool.reserve(section.count + 2, in: &trailers)
        for position in 0..<count where !fields[position].isHopByHop && !fields[position].name.isHopByHop {
            let field = fields[position]
            unsafe trailers.append(
                slice(section, ByteRange(start: field.nameStart, count: field.lineEnd - field.nameStart)))
        }
        trailers.append("\r\n")
    }

    /// The last chunk and what follows it, in `head`.
    mutating func writeLastChunk(trailers: Buffer) {
        head.start = 0
        head.end = 0
        pool.reserve(trailers.count + 8, in: &head)
        head.append("0\r\n")
        if trailers.isEmpty { head.append("\r\n") } else { unsafe head.append(UnsafeRawBufferPointer(trailers.bytes)) }
    }

    static var lineEnd: UnsafeRawBufferPointer {
        let text: StaticString = "\r\n"
        return unsafe text.octets
    }
}
