internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

extension Worker {
    /// Passes the endpoint's answer on as far as it has come and the client takes it.
    mutating func pumpResponse(_ exchange: Ref<Exchange>, _ upstream: Ref<Connection>) {
        guard upstream.value.kind == Kind.upstream else {
            pumpStreamAnswer(exchange, upstream)
            return
        }
        let client = connections[exchange.value.client]
        var exchange = exchange
        for _ in 0..<Limits.readsPerTurn {
            guard takesAnswer(exchange, client, upstream) else { return }
            if exchange.value.responseStage == .done {
                finish(exchange)
                return
            }
            guard upstream.value.readiness.contains(.readable) else {
                if upstream.value.readiness.contains(.broken) { endAnswer(exchange, isClean: false) }
                return
            }
            let held = upstream.value.input.count
            var area = unsafe scratch.from(held)
            if exchange.value.pace >= 0 {
                let room = paceRoom(exchange, upstream)
                guard room > 0 else { return }
                // Records of TLS are taken as they come: what is too much now makes the next wait longer.
                if !upstream.value.tls.isActive, room < area.count {
                    unsafe area = UnsafeMutableRawBufferPointer(rebasing: area[..<room])
                }
            }
            if held > 0 {
                unsafe scratch.bytes.copyMemory(from: UnsafeRawBufferPointer(upstream.value.input.bytes))
                pool.give(&upstream.value.input)
            }
            switch unsafe receive(upstream, into: area) {
            case .bytes(let count):
                spend(count, of: exchange)
                // The wait between two pieces of a body begins anew with each.
                if exchange.value.hasAnswered { setDeadline(upstream, answerPatience(exchange)) }
                guard unsafe takeAnswer(exchange, client, upstream, scratch.prefix(held + count)) else { return }
                // A hedge that was first is the exchange's own try now.
                if upstream.value.exchange != exchange.value.index { exchange = exchanges[upstream.value.exchange] }
            case .wouldBlock:
                if held > 0 { unsafe keep(scratch.prefix(held), in: upstream) }
                return
            case .ended:
                endAnswer(exchange, isClean: true)
                return
            case .failed:
                endAnswer(exchange, isClean: false)
                return
            }
        }
        lookLater(upstream)
    }

    /// Whether the client has taken what it was given of the answer; deadlines are set by that.
    mutating func takesAnswer(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>
    ) -> Bool {
        if client.value.kind == Kind.clientStream {
            guard isBacklogged(client) else { return true }
            // A slow client is no fault of the endpoint's: its deadline rests while we do not read.
            setDeadline(client, configuration.limits.writeTimeout)
            setDeadline(upstream, 0)
            return false
        }
        guard !client.value.output.isEmpty else { return true }
        guard flush(client) else {
            setDeadline(upstream, 0)
            return false
        }
        resumeAnswer(exchange, client, upstream)
        return true
    }

    /// The client takes octets again, and the endpoint is asked for more.
    mutating func resumeAnswer(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>
    ) {
        setDeadline(client, exchange.value.requestStage == .done ? 0 : bodyPatience(exchange))
        setDeadline(upstream, answerPatience(exchange))
    }

    /// Milliseconds between two pieces of the answer's body; a call of gRPC may stay silent as long as a tunnel.
    func answerPatience(_ exchange: Ref<Exchange>) -> UInt32 {
        bounded(exchange, exchange.value.isGRPC ? exchange.value.timeouts.tunnel : exchange.value.timeouts.idle)
    }

    /// The endpoint has ended its side, in order or with a reset, before the answer's framing did.
    private mutating func endAnswer(_ exchange: Ref<Exchange>, isClean: Bool) {
        exchange.value.keepsUpstream = false
        if exchange.value.responseStage == .head {
            fail(exchange, GatewayError(exchange.value.firstByte > 0 ? .badAnswer : .reset))
        } else if exchange.value.responseFraming == .untilClose, exchange.value.responseStage == .body,
            isClean
        {
            endBody(exchange)
            finish(exchange)
        } else {
            fail(exchange, GatewayError(.truncated))
        }
    }

    /// Takes what has come of the answer; false when the exchange has ended.
    private mutating func takeAnswer(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>,
        _ all: UnsafeMutableRawBufferPointer
    ) -> Bool {
        var bytes = unsafe all
        var headPending = false
        var exchange = exchange
        while exchange.value.responseStage == .head {
            if exchange.value.firstByte == 0 { exchange.value.firstByte = now }
            let outcome = unsafe parser.parseResponse(
                UnsafeRawBufferPointer(bytes), to: exchange.value.method, fields: fields, head: &responseHead)
            switch outcome {
            case .incomplete:
                if unsafe !bytes.isEmpty { unsafe keep(bytes, in: upstream) }
                return true
            case .rejected(let rejection):
                fail(exchange, GatewayError(.badAnswer, rejection: rejection))
                return false
            case .complete:
                break
            }
            let headBytes = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<responseHead.headCount])
            unsafe bytes = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[responseHead.headCount...])
            if responseHead.status < 200 {
                guard unsafe takeInterim(exchange, client, upstream, headBytes) else { return false }
                if exchange.value.isTunnel {
                    if unsafe !bytes.isEmpty { unsafe keep(bytes, in: upstream) }
                    pumpTunnel(exchange)
                    return false
                }
                continue
            }
            if isDeclined(exchange, client) {
                fail(exchange, GatewayError(.upgradeDeclined))
                return false
            }
            if responseHead.status >= 429, triesElsewhere(exchange, status: responseHead.status) { return false }
            if exchange.value.partner >= 0 { exchange = settleRace(exchange) }
            if client.value.kind == Kind.asker {
                unsafe takeVerdict(exchange, upstream, headBytes, bytes)
                return false
            }
            unsafe beginAnswer(exchange, upstream, headBytes)
            headPending = true
        }
        return unsafe relayAnswer(exchange, client, upstream, bytes, headPending: headPending)
    }

    /// Whether the answer at hand would tell a client of HTTP/2 that a tunnel stands where there is none: by HTTP/1 it takes
    /// a 101, by an extended CONNECT any success (RFC 8441 §5).
    private func isDeclined(_ exchange: Ref<Exchange>, _ client: Ref<Connection>) -> Bool {
        exchange.value.wantsUpgrade && client.value.kind == Kind.clientStream && responseHead.status < 300
    }

    /// Passes a 1xx on; false when the exchange has ended.
    mutating func takeInterim(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>,
        _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        exchange.value.firstByte = 0
        // Of two tries nobody knows yet whose word it is.
        guard exchange.value.partner < 0 else { return true }
        if responseHead.status == 101 {
            guard exchange.value.wantsUpgrade else {
                fail(exchange, GatewayError(.badAnswer))
                return false
            }
            unsafe writeResponseHead(exchange, bytes)
            beginTunnel(exchange, client, upstream)
        } else {
            // HTTP/1.0 has no interim answers.
            guard exchange.value.minorVersion > 0 else { return true }
            unsafe writeResponseHead(exchange, bytes)
        }
        exchange.value.bytesOut += UInt64(head.count)
        if client.value.kind == Kind.clientStream {
            unsafe respond(client, head.bytes, endsStream: false)
        } else {
            var pieces = Pieces()
            unsafe pieces.append(UnsafeRawBufferPointer(head.bytes))
            send(pieces, to: client)
        }
        return true
    }

    /// Decides how the final answer's body goes to the client, and puts its head into `head`.
    mutating func beginAnswer(
        _ exchange: Ref<Exchange>, _ upstream: Ref<Connection>, _ bytes: UnsafeRawBufferPointer
    ) {
        exchange.value.hasAnswered = true
        exchange.value.failure = nil
        if exchange.value.deadline != 0 { timeAnswer(exchange) }
        if exchange.value.isTimed { noteLatency(exchange) }
        exchange.value.status = responseHead.status
        exchange.value.keepsUpstream = responseHead.keepAlive && responseHead.framing != .untilClose
        exchange.value.responseFraming = responseHead.framing
        exchange.value.responseRemaining = responseHead.framing == .length ? responseHead.contentLength : 0
        exchange.value.responseDecoder = ChunkedDecoder()
        exchange.value.responseStage = .body
        switch responseHead.framing {
        case .none: exchange.value.responseStage = .done
        case .length where responseHead.contentLength == 0: exchange.value.responseStage = .done
        default: break
        }
        exchange.value.clientFraming = responseHead.framing
        if responseHead.framing == .chunked || responseHead.framing == .untilClose {
            if connections[exchange.value.client].value.kind == Kind.clientStream {
                exchange.value.clientFraming = .untilClose
            } else if exchange.value.minorVersion > 0 {
                exchange.value.clientFraming = .chunked
            } else {
                exchange.value.clientFraming = .untilClose
                exchange.value.keepsClient = false
            }
        }
        if exchange.value.mayCompress { unsafe chooseCoding(exchange, bytes) }
        // An answer that comes before the request is whole ends the connection: the rest may never come.
        if exchange.value.requestStage != .done || drainDeadline > 0 { exchange.value.keepsClient = false }
        noteAnswer(exchange, status: responseHead.status)
        setDeadline(upstream, answerPatience(exchange))
        unsafe writeResponseHead(exchange, bytes)
        if exchange.value.outboundSent == exchange.value.outbound.end { pool.give(&exchange.value.outbound) }
        if exchange.value.outbound.end == 0 {
            exchange.value.outboundSent = 0
            exchange.value.outboundHead = 0
        }
        exchange.value.isReplayable = false
    }

    /// Passes a piece of the answer's body on, behind the head if that has not left yet; false when the exchange has ended.
    mutating func relayAnswer(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>,
        _ bytes: UnsafeMutableRawBufferPointer, headPending: Bool
    ) -> Bool {
        var rest = unsafe bytes
        var data = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        if exchange.value.responseStage == .body {
            switch exchange.value.responseFraming {
            case .length:
                let count = Int(min(Int64(bytes.count), exchange.value.responseRemaining))
                exchange.value.responseRemaining -= Int64(count)
                unsafe data = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
                unsafe rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
                if exchange.value.responseRemaining == 0 { exchange.value.responseStage = .done }
            case .untilClose:
                unsafe data = UnsafeRawBufferPointer(bytes)
                unsafe rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[bytes.count...])
            default:
                let step = unsafe exchange.value.responseDecoder.decode(bytes)
                if case .rejected(let rejection) = step.progress {
                    if headPending {
                        // The head has not left: the client gets an answer of ours in its place.
                        exchange.value.hasAnswered = false
                        exchange.value.headOut -= UInt64(head.count)
                    }
                    fail(exchange, GatewayError(.badAnswer, rejection: rejection))
                    return false
                }
                unsafe data = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<step.produced])
                unsafe rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[step.consumed...])
                if step.progress == .trailers { exchange.value.responseStage = .trailers }
            }
        }
        unsafe sendAnswer(exchange, client, data, headPending: headPending)
        if exchange.value.responseStage == .trailers {
            guard let left = unsafe relayTrailers(exchange, client, upstream, rest) else { return false }
            unsafe rest = unsafe left
        }
        guard exchange.value.responseStage == .done else { return true }
        // Octets behind the answer's end belong to nobody: that connection serves no other request.
        if unsafe !rest.isEmpty { exchange.value.keepsUpstream = false }
        if client.value.output.isEmpty {
            finish(exchange)
            return false
        }
        return true
    }

    /// Gives the client what there is of the answer in its framing: the head in `head` if it has not left, and data.
    private mutating func sendAnswer(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ data: UnsafeRawBufferPointer, headPending: Bool
    ) {
        if exchange.value.encoding >= 0 {
            unsafe sendEncoded(exchange, client, data, headPending: headPending)
            return
        }
        guard client.value.kind == Kind.client else {
            if client.value.kind == Kind.asker {
                unsafe discard(exchange, data)
            } else {
                unsafe sendAnswer(exchange, stream: client, data, headPending: headPending)
            }
            return
        }
        if !headPending {
            head.start = 0
            head.end = 0
        }
        let isChunk = exchange.value.clientFraming == .chunked && data.count > 0
        if isChunk {
            pool.reserve(32, in: &head)
            head.append(hexadecimal: UInt64(data.count))
            head.append("\r\n")
        }
        var pieces = Pieces()
        unsafe pieces.append(UnsafeRawBufferPointer(head.bytes))
        unsafe pieces.append(data)
        if isChunk { unsafe pieces.append(Self.lineEnd) }
        exchange.value.bytesOut += UInt64(pieces.count)
        send(pieces, to: client)
    }

    /// Takes the trailer section; returns what follows it, or nil when the exchange has ended or waits for more.
    mutating func relayTrailers(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>,
        _ bytes: UnsafeMutableRawBufferPointer
    ) -> UnsafeMutableRawBufferPointer? {
        var count = 0
        var consumed = 0
        let section = UnsafeRawBufferPointer(bytes)
        switch unsafe parser.parseTrailers(section, fields: fields, count: &count, consumed: &consumed) {
        case .incomplete:
            if unsafe !bytes.isEmpty { unsafe keep(bytes, in: upstream) }
            return unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[bytes.count...])
        case .rejected(let rejection):
            fail(exchange, GatewayError(.truncated, rejection: rejection))
            return nil
        case .complete:
            exchange.value.responseStage = .done
            var trailers = Buffer()
            unsafe keepTrailers(section, count: count, in: &trailers)
            endBody(exchange, trailers: trailers)
            pool.give(&trailers)
            return unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[consumed...])
        }
    }

    /// Ends the body towards the client, with trailers if there are any.
    mutating func endBody(_ exchange: Ref<Exchange>, trailers: Buffer = Buffer()) {
        exchange.value.responseStage = .done
        let client = connections[exchange.value.client]
        // An encoder that failed leaves the body without an end: the client is not to take it for whole.
        if exchange.value.encoding >= 0, !finishEncoding(exchange, client) { return }
        if client.value.kind == Kind.clientStream {
            end(client, trailers: trailers)
            return
        }
        guard exchange.value.clientFraming == .chunked else { return }
        writeLastChunk(trailers: trailers)
        var pieces = Pieces()
        unsafe pieces.append(UnsafeRawBufferPointer(head.bytes))
        exchange.value.bytesOut += UInt64(head.count)
        send(pieces, to: client)
    }
}
