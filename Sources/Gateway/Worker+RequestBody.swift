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
            || !upstream.value.output.isEmpty
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
                // An unfinished trailer section waits for more.
                if used > 0 || client.value.input.isEmpty { continue }
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
            setDeadline(client, configuration.limits.bodyTimeout)
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
        if client.value.deadline == 0 { setDeadline(client, configuration.limits.bodyTimeout) }
        if exchange.value.responseStage == .head { setDeadline(upstream, 0) }
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
    private mutating func isFastEnough(_ exchange: Ref<Exchange>) -> Bool {
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
        guard rate > 0, exchange.value.waited > Limits.bodyRateGrace else { return true }
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
                var pieces = Pieces()
                unsafe pieces.append(UnsafeRawBufferPointer(rebasing: bytes[..<used]))
                sendBody(pieces, exchange, upstream)
                if exchange.value.requestRemaining == 0 { endRequest(exchange) }
                return used
            }
            let step = unsafe exchange.value.requestDecoder.decode(bytes)
            used = step.consumed
            if case .rejected(let rejection) = step.progress {
                fail(exchange, GatewayError(.badBody, rejection: rejection))
                return nil
            }
            exchange.value.bytesIn += UInt64(step.produced)
            exchange.value.requestRemaining += Int64(step.produced)
            if exchange.value.bodyLimit >= 0, exchange.value.requestRemaining > exchange.value.bodyLimit {
                fail(exchange, GatewayError(.bodyTooLarge))
                return nil
            }
            if step.produced > 0 {
                unsafe sendChunk(UnsafeRawBufferPointer(rebasing: bytes[..<step.produced]), exchange, upstream)
            }
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
            unsafe writeTrailers(section, count: count)
            var pieces = Pieces()
            unsafe pieces.append(UnsafeRawBufferPointer(head.bytes))
            sendBody(pieces, exchange, upstream)
            endRequest(exchange)
            return used + consumed
        }
    }

    private mutating func endRequest(_ exchange: Ref<Exchange>) {
        exchange.value.requestStage = .done
        // From here on the endpoint's deadline counts, not the client's.
        let client = connections[exchange.value.client]
        setDeadline(client, client.value.output.isEmpty ? 0 : configuration.limits.writeTimeout)
        if exchange.value.upstream >= 0, exchange.value.responseStage == .head {
            setDeadline(connections[exchange.value.upstream], exchange.value.timeouts.responseHead)
        }
    }

    private mutating func sendChunk(
        _ data: UnsafeRawBufferPointer, _ exchange: Ref<Exchange>, _ upstream: Ref<Connection>
    ) {
        writeChunkSize(data.count)
        var pieces = Pieces()
        unsafe pieces.append(UnsafeRawBufferPointer(head.bytes))
        unsafe pieces.append(data)
        unsafe pieces.append(Self.lineEnd)
        sendBody(pieces, exchange, upstream)
    }

    /// Sends pieces of the body to the endpoint; while they may have to be sent again, they are kept.
    private mutating func sendBody(_ pieces: Pieces, _ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) {
        setDeadline(upstream, exchange.value.timeouts.responseHead)
        if exchange.value.isReplayable, !exchange.value.hasAnswered,
            exchange.value.outbound.count + pieces.count <= Limits.replayBytes
        {
            pool.reserve(pieces.count, in: &exchange.value.outbound)
            unsafe pieces.forEach(after: 0) { unsafe exchange.value.outbound.append($0) }
            _ = flushOutbound(exchange, upstream)
            return
        }
        exchange.value.isReplayable = false
        send(pieces, to: upstream)
    }

    /// A chunk's size line, in `head`.
    mutating func writeChunkSize(_ count: Int) {
        head.start = 0
        head.end = 0
        head.append(hexadecimal: UInt64(count))
        head.append("\r\n")
    }

    /// The last chunk and the trailers that may go on, in `head`; `section` is what `fields` describes.
    mutating func writeTrailers(_ section: UnsafeRawBufferPointer, count: Int) {
        head.start = 0
        head.end = 0
        pool.reserve(section.count + 16, in: &head)
        head.append("0\r\n")
        for position in 0..<count where !fields[position].isHopByHop && !fields[position].name.isHopByHop {
            let field = fields[position]
            unsafe head.append(
                slice(section, ByteRange(start: field.nameStart, count: field.lineEnd - field.nameStart)))
        }
        head.append("\r\n")
    }

    static var lineEnd: UnsafeRawBufferPointer {
        let text: StaticString = "\r\n"
        return unsafe UnsafeRawBufferPointer(start: text.utf8Start, count: 2)
    }
}
