internal import Reactor
internal import Routing
internal import Wire

/// What comes of a question: the answer, or that there is none (``permissionRule(_:)``).
extension Worker {
    /// Acts on the head of a question's answer, which `responseHead` describes; `rest` is what has come behind it.
    ///
    /// Afterwards neither the question nor `rest` can be used any more.
    mutating func takeVerdict(
        _ question: Ref<Exchange>, _ upstream: Ref<Connection>, _ bytes: UnsafeRawBufferPointer,
        _ rest: UnsafeMutableRawBufferPointer
    ) {
        let asker = connections[question.value.client]
        guard asker.value.asks >= 0 else { return }
        let exchange = exchanges[asker.value.asks]
        partFrom(question, exchange)
        if responseHead.status >= 200, responseHead.status < 300 {
            unsafe takeFields(exchange, bytes)
            beginDiscarding(question)
            // First what lies in the worker's own memory, which forwarding uses.
            if unsafe relayAnswer(question, asker, upstream, rest, headPending: false) { lookLater(upstream) }
            forward(exchange)
        } else {
            unsafe answerByVerdict(exchange, question, upstream, bytes, rest)
        }
    }

    /// There is no answer: nobody goes on without one.
    mutating func failQuestion(_ question: Ref<Exchange>, _ error: GatewayError) {
        let asker = connections[question.value.client]
        let owner = asker.value.asks
        if owner >= 0 { partFrom(question, exchanges[owner]) }
        endQuestion(question)
        guard owner >= 0 else { return }
        let isBroken = error.kind == .reset || error.kind == .badAnswer || error.kind == .truncated
        refuse(parked: exchanges[owner], GatewayError(isBroken ? .permissionFailed : .permissionUnreachable))
    }

    /// The request has ended: nobody waits for the answer.
    mutating func dropQuestion(of exchange: Ref<Exchange>) {
        guard exchange.value.question >= 0 else { return }
        let question = exchanges[exchange.value.question]
        partFrom(question, exchange)
        detach(question, keep: false)
        endQuestion(question)
    }

    /// Cuts the links between a question and its request, which leaves its parking place.
    private mutating func partFrom(_ question: Ref<Exchange>, _ exchange: Ref<Exchange>) {
        connections[question.value.client].value.asks = -1
        exchange.value.question = -1
        exchange.value.asked = UInt32(clamping: max(1, (now &- question.value.started) / 1000))
        guard exchange.value.parking >= 0 else { return }
        leaveParking(exchange)
        setDeadline(connections[exchange.value.client], 0)
    }

    /// Frees a question that has no connection to an endpoint any more.
    private mutating func endQuestion(_ question: Ref<Exchange>) {
        let asker = connections[question.value.client]
        conclude(question)
        release(asker)
    }

    // MARK: - Yes

    /// Puts the fields of the answer that the request takes along behind its own.
    private mutating func takeFields(_ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer) {
        guard let table = holds[exchange.value.hold].value.table,
            let rule = table.permission(route: Int(exchange.value.route), service: Int(exchange.value.service))
        else { return }
        pool.reserve(bytes.count, in: &exchange.value.outbound)
        // The empty line, which comes last again.
        exchange.value.outbound.end -= 2
        for position in 0..<responseHead.fieldCount {
            let field = fields[position]
            guard !field.isHopByHop, !field.name.isHopByHop, unsafe rule.takes(name(of: field, in: bytes).bytes) else {
                continue
            }
            unsafe exchange.value.outbound.append(
                slice(bytes, ByteRange(start: field.nameStart, count: field.lineEnd - field.nameStart)))
        }
        exchange.value.outbound.append("\r\n")
        exchange.value.outboundHead = exchange.value.outbound.end
    }

    /// What there is of the answer's body is read for the connection's sake.
    private mutating func beginDiscarding(_ question: Ref<Exchange>) {
        question.value.hasAnswered = true
        question.value.status = responseHead.status
        question.value.keepsUpstream = responseHead.keepAlive && responseHead.framing != .untilClose
        question.value.responseFraming = responseHead.framing
        question.value.responseRemaining = responseHead.framing == .length ? responseHead.contentLength : 0
        question.value.responseDecoder = ChunkedDecoder()
        let isEmpty =
            responseHead.framing == .none || (responseHead.framing == .length && responseHead.contentLength == 0)
        question.value.responseStage = isEmpty ? .done : .body
        question.value.clientFraming = .none
        pool.give(&question.value.outbound)
        question.value.outboundSent = 0
    }

    /// Throws a piece of the answer's body away; a body that is longer than a new connection is worth ends here.
    mutating func discard(_ question: Ref<Exchange>, _ data: UnsafeRawBufferPointer) {
        question.value.bytesOut += UInt64(data.count)
        guard question.value.bytesOut > Limits.lingerBytes else { return }
        question.value.responseStage = .done
        question.value.keepsUpstream = false
    }

    // MARK: - No

    /// The answer is the request's: the connection that it comes by goes over to it.
    private mutating func answerByVerdict(
        _ exchange: Ref<Exchange>, _ question: Ref<Exchange>, _ upstream: Ref<Connection>,
        _ bytes: UnsafeRawBufferPointer, _ rest: UnsafeMutableRawBufferPointer
    ) {
        let client = connections[exchange.value.client]
        exchange.value.upstream = upstream.value.index
        upstream.value.exchange = exchange.value.index
        exchange.value.service = question.value.service
        exchange.value.endpoint = question.value.endpoint
        exchange.value.isCounted = question.value.isCounted
        exchange.value.holdsPlace = question.value.holdsPlace
        exchange.value.timeouts = question.value.timeouts
        exchange.value.chosen = question.value.chosen
        exchange.value.sent = question.value.sent
        exchange.value.firstByte = question.value.firstByte
        question.value.upstream = -1
        question.value.isCounted = false
        question.value.holdsPlace = false
        // Counted with the request that it answers.
        question.value.service = -1
        question.value.endpoint = -1
        endQuestion(question)
        dropRequest(exchange, client)
        exchange.value.mayCompress = false
        let isHead = exchange.value.method == .head
        if isHead { responseHead.framing = .none }
        unsafe beginAnswer(exchange, upstream, bytes)
        exchange.value.failure = GatewayError(.permissionRefused)
        // The body of an answer to GET, which a client that asked for the head alone does not get.
        if isHead { exchange.value.keepsUpstream = false }
        if client.value.kind == Kind.clientStream, exchange.value.responseFraming == .untilClose, upstream.value.fd < 0,
            upstream.value.flags & StreamFlags.inputEnded != 0, unsafe rest.isEmpty
        {
            exchange.value.responseStage = .done
        }
        if unsafe relayAnswer(exchange, client, upstream, rest, headPending: true) { lookLater(upstream) }
    }

    /// The request's own head and body go nowhere.
    private mutating func dropRequest(_ exchange: Ref<Exchange>, _ client: Ref<Connection>) {
        pool.give(&exchange.value.outbound)
        exchange.value.outboundSent = 0
        exchange.value.outboundHead = 0
        exchange.value.hasSentEnd = true
        exchange.value.isReplayable = false
        guard exchange.value.requestStage != .done else { return }
        let left = exchange.value.requestFraming == .length ? exchange.value.requestRemaining : .max
        exchange.value.requestStage = .done
        if client.value.kind == Kind.client, left <= Int64(client.value.input.count) {
            // It is all there: the connection can go on behind it.
            client.value.input.consume(Int(left))
            if client.value.input.isEmpty { pool.give(&client.value.input) }
            return
        }
        exchange.value.keepsClient = false
        if client.value.kind == Kind.client { client.value.flags |= ClientFlags.mayLinger }
    }
}
