internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

/// Requests about which another service is asked before they go on (`forward_auth`).
///
/// The question is an exchange of its own: a GET without a body that tells of the request, with the balancing, pools, waits
/// and retries of the service that is asked. Its client is a connection without a socket (``Kind/asker``), whose `asks` names
/// the request's exchange, which is parked meanwhile and names the question in `question`. Both links are cut together:
///
/// - by an answer of 2xx, with which the request goes on, some of the answer's fields in it; what else there is of the answer
///   is read and thrown away, so that the connection can be used again;
/// - by any other answer, which is the request's answer then: the connection that it comes by passes to the request's
///   exchange;
/// - by a failure, which is the request's: without an answer nobody goes on;
/// - by the request's end, with which the question ends.
///
/// A question is not routed, so nobody is asked about a question; one that comes to this edge all the same, over its
/// listeners, is known by a field and refused.
extension Worker {
    /// Who is to be asked about the request at hand; nil: nobody.
    func permissionRule(_ exchange: Ref<Exchange>) -> PermissionRule? {
        table.permission(route: Int(exchange.value.route), service: Int(exchange.value.service))
    }

    /// Puts a question about the request together, which ``proceed(_:)`` asks; what stands against it otherwise.
    mutating func prepareQuestion(
        _ exchange: Ref<Exchange>, client: Ref<Connection>, _ rule: PermissionRule, _ bytes: UnsafeRawBufferPointer
    ) -> GatewayError? {
        guard rule.service >= 0 else { return GatewayError(.permissionUnreachable) }
        for position in 0..<requestHead.fieldCount where fields[position].name == .other {
            if unsafe isNamed(fields[position], Self.questionName, in: bytes) { return GatewayError(.permissionLoop) }
        }
        let index = connections.take()
        guard index >= 0 else { return GatewayError(.exhausted) }
        let slot = exchanges.take()
        guard slot >= 0 else {
            connections.give(index)
            return GatewayError(.exhausted)
        }
        let asker = connections[index]
        asker.value.fd = -1
        asker.value.kind = Kind.asker
        asker.value.phase = ClientPhase.exchange
        asker.value.exchange = slot
        asker.value.flags = 0
        asker.value.readiness = [.writable]
        asker.value.session = -1
        // No listener's: its answers are counted where the service's are, and nowhere else.
        asker.value.tag = -1
        asker.value.peer = client.value.peer
        asker.value.asks = exchange.value.index
        var question = Exchange(index: slot)
        question.client = index
        question.started = now
        question.method = .get
        // As of HTTP/1.0, which has no interim answers: nobody would have them.
        question.minorVersion = 0
        question.keepsClient = false
        question.isReplayable = true
        question.clientAddress = exchange.value.clientAddress
        question.hold = exchange.value.hold
        holds[question.hold].value.inFlight += 1
        question.service = rule.service
        let record = table.services[Int(rule.service)]
        handle.statisticsCells.add(1, to: .requests, of: Int(record.statisticsSlot))
        question.timeouts = record.timeouts
        question.timeouts.total = rule.timeout
        question.retries = record.retries
        question.outbound = unsafe questionHead(exchange, client: client, rule, bytes)
        question.outboundHead = question.outbound.end
        exchanges[slot].value = question
        if tracing.isOn { clearTrace(of: slot) }
        exchange.value.question = slot
        return nil
    }

    /// Sends the request on its way, which may begin with a question.
    @inline(__always)
    mutating func proceed(_ exchange: Ref<Exchange>) {
        if exchange.value.question < 0 { forward(exchange) } else { ask(exchange) }
    }

    private mutating func ask(_ exchange: Ref<Exchange>) {
        let question = exchanges[exchange.value.question]
        question.value.started = now
        // The question has its own waits; this is the last resort.
        let patience = question.value.timeouts.total
        guard park(exchange, for: .permission, milliseconds: patience &+ min(1_000, .max - patience)) != nil else {
            refuse(parked: exchange, GatewayError(.exhausted))
            return
        }
        forward(question)
    }

    // MARK: - The question

    private static var questionName: StaticString { "x-portico-forward-auth" }

    /// The head of a GET that tells of the request.
    private mutating func questionHead(
        _ exchange: Ref<Exchange>, client: Ref<Connection>, _ rule: PermissionRule, _ bytes: UnsafeRawBufferPointer
    ) -> Buffer {
        var out = pool.take(bytes.count * 3 + rule.firstLines.count + 1024)
        unsafe rule.firstLines.withUnsafeBytes { unsafe out.append($0) }
        if !rule.hasHost {
            out.append("Host: ")
            unsafe out.append(slice(bytes, requestHead.authority))
            out.append("\r\n")
        }
        var forwardedFor = false
        var kept = KeptFields()
        var run = FieldRun()
        for position in 0..<requestHead.fieldCount {
            let field = fields[position]
            let isDropped = drops(
                field, at: Int(client.value.tag), isTrusted: exchange.value.isTrusted, &forwardedFor, &kept)
            if !isDropped, unsafe isTold(field, rule, bytes) { unsafe run.keep(field, of: bytes, to: &out) }
        }
        unsafe run.write(bytes, to: &out)
        unsafe writeForwarded(&out, exchange, client: client, bytes, keepsList: forwardedFor, kept: kept)
        if tracing.isOn { unsafe writeTraceContext(&out, exchange, bytes) }
        out.append("X-Forwarded-Method: ")
        unsafe out.append(slice(bytes, requestHead.methodRange))
        out.append("\r\nX-Forwarded-Uri: ")
        if requestHead.path.isEmpty { out.append("/") } else { unsafe out.append(slice(bytes, requestHead.path)) }
        if requestHead.hasQuery {
            out.append(byte: 63)
            unsafe out.append(slice(bytes, requestHead.query))
        }
        out.append("\r\nX-Portico-Forward-Auth: 1\r\n\r\n")
        return out
    }

    /// Whether the question has this field of the request's.
    private func isTold(_ field: HeaderField, _ rule: PermissionRule, _ bytes: UnsafeRawBufferPointer) -> Bool {
        switch field.name {
        // Of a body that does not come along.
        case .contentLength, .expect: return false
        // Of the client, by a proxy that is trusted.
        case .xForwardedProto, .xForwardedHost, .xForwardedPort, .xForwardedPrefix, .xForwardedServer, .xForwardedSSL,
            .xRealIP, .xRequestID, .forwarded, .xClientCertificate:
            return true
        case .other:
            // Conditions and ranges are about what was asked for, not about what is asked here.
            let name = unsafe name(of: field, in: bytes)
            if unsafe startsWithFolded(name, "if-") || isNamed(field, "range", in: bytes) { return false }
            if unsafe isNamed(field, "x-forwarded-method", in: bytes) || isNamed(field, "x-forwarded-uri", in: bytes) {
                return false
            }
            return unsafe rule.tells(name.bytes)
        default: return unsafe rule.tells(name(of: field, in: bytes).bytes)
        }
    }
}

extension Connection {
    /// Of an asker: the exchange that it asks for, or -1 when that has been told.
    var asks: Int32 {
        get { listNext }
        set { listNext = newValue }
    }
}
