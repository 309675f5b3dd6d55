internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

extension Worker {
    // MARK: - Ends of exchanges

    /// The answer is complete and has left: the upstream connection is free, the client may send its next request.
    mutating func finish(_ exchange: Ref<Exchange>) {
        let client = connections[exchange.value.client]
        let isWhole =
            exchange.value.requestStage == .done && exchange.value.outbound.isEmpty && exchange.value.hasSentEnd
        let keepsClient = exchange.value.keepsClient && exchange.value.requestStage == .done
        detach(exchange, keep: exchange.value.keepsUpstream && isWhole)
        if exchange.value.requestStage != .done { client.value.flags |= ClientFlags.mayLinger }
        conclude(exchange)
        if client.value.kind == Kind.clientStream {
            settleStream(client)
        } else if keepsClient, client.value.output.isEmpty {
            awaitNextRequest(client)
        } else {
            closeAfterAnswer(client)
        }
    }

    /// Ends an exchange whose answer was made here.
    mutating func settleOwnAnswer(_ exchange: Ref<Exchange>) {
        let client = connections[exchange.value.client]
        let keepsClient = exchange.value.keepsClient && exchange.value.requestStage == .done
        if exchange.value.requestStage != .done { client.value.flags |= ClientFlags.mayLinger }
        conclude(exchange)
        if client.value.kind == Kind.clientStream {
            settleStream(client)
            return
        }
        if keepsClient, client.value.output.isEmpty {
            awaitNextRequest(client)
            return
        }
        // A client that pipelines and does not read is not read from either.
        if keepsClient { client.value.flags |= ClientFlags.goesOn }
        closeAfterAnswer(client)
    }

    /// Ends an exchange that has no good end: the client's connection is cut.
    mutating func abandon(_ exchange: Ref<Exchange>) {
        let client = connections[exchange.value.client]
        if exchange.value.status == 0 { exchange.value.status = exchange.value.failure?.status ?? 499 }
        conclude(exchange)
        closeClient(client, abort: true)
    }

    /// Counts and logs the exchange and frees its slot.
    mutating func conclude(_ exchange: Ref<Exchange>) {
        if exchange.value.parking >= 0 { leaveParking(exchange) }
        if exchange.value.partner >= 0 { drop(hedge: exchanges[exchange.value.partner]) }
        if exchange.value.pace >= 0 { endPace(exchange) }
        let client = connections[exchange.value.client]
        // To the turn: it lasts shorter than the shortest range, unless the worker is busy.
        var ended = TrafficCells.Ended(
            status: exchange.value.status, bytesIn: exchange.value.bytesIn, bytesOut: exchange.value.bytesOut,
            nanoseconds: now &- exchange.value.started)
        handle.listenerCells.add(ended, to: Int(client.value.tag))
        handle.listenerDurations.add(nanoseconds: ended.nanoseconds, to: Int(client.value.tag))
        if let table = exchange.value.hold >= 0 ? holds[exchange.value.hold].value.table : nil {
            if exchange.value.route >= 0 {
                handle.statisticsCells.add(
                    ended, to: Int(table.routes[Int(exchange.value.route)].statisticsSlot))
            }
            if exchange.value.service >= 0 {
                let slot = Int(table.services[Int(exchange.value.service)].statisticsSlot)
                handle.statisticsCells.add(ended, to: slot)
                handle.durationCells.add(nanoseconds: ended.nanoseconds, to: slot)
            }
            if exchange.value.endpoint >= 0 {
                // What waited in line, and tries before, are not the endpoint's time.
                if exchange.value.sent > 0 { ended.nanoseconds = now &- exchange.value.sent }
                handle.endpointCells.add(ended, to: Int(table.endpoints[Int(exchange.value.endpoint)].slot))
            }
        }
        if let failure = exchange.value.failure { handle.errors.add(failure.kind) }
        if exchange.value.isTunnel { handle.tunnelsEnded.addAlone(1) }
        if log != nil || tracing.keepsSpans, client.value.tag >= 0 { writeLog(exchange, client) }
        if exchange.value.encoding >= 0 { dropEncoding(exchange) }
        if exchange.value.question >= 0 { dropQuestion(of: exchange) }
        leaveTable(exchange)
        pool.give(&exchange.value.outbound)
        pool.give(&exchange.value.requestTrailers)
        pool.give(&exchange.value.responseTrailers)
        pool.give(&exchange.value.record)
        client.value.exchange = -1
        exchanges.give(exchange.value.index)
    }

    // MARK: - Answers of our own

    /// Answers a request that never became an exchange: nothing of it was or will be forwarded.
    mutating func reject(_ client: Ref<Connection>, _ error: GatewayError) {
        handle.badRequests.add(1, ordering: .relaxed)
        handle.listenerCells.add(1, to: .requests, of: Int(client.value.tag))
        handle.listenerCells.add(TrafficCells.Ended(status: error.status, nanoseconds: 0), to: Int(client.value.tag))
        handle.errors.add(error.kind)
        writeAnswer(
            error.status, error.sentence, label: error.label, isJSON: false, closes: true, hasBody: true,
            at: Int(client.value.tag))
        if log != nil { logRejection(client, error) }
        sendOwn(to: client)
        if client.value.kind == Kind.clientStream {
            settleStream(client)
            return
        }
        client.value.flags |= ClientFlags.mayLinger
        pool.give(&client.value.input)
        closeAfterAnswer(client)
    }

    /// Gives the client an error's answer.
    mutating func answer(_ exchange: Ref<Exchange>, _ error: GatewayError) {
        settleConnection(exchange)
        exchange.value.status = error.status
        exchange.value.hasAnswered = true
        if exchange.value.isGRPC, error.kind != .badRequest {
            writeCallAnswer(error, closes: !exchange.value.keepsClient, at: connections[exchange.value.client])
            sendOwn(exchange)
            return
        }
        writeAnswer(
            error.status, error.sentence, label: error.label, isJSON: exchange.value.wantsJSON,
            closes: !exchange.value.keepsClient, hasBody: exchange.value.method != .head,
            at: Int(connections[exchange.value.client].value.tag))
        sendOwn(exchange)
    }

    /// Whether the connection outlives an answer of our own; an HTTP/1.0 client expects that it does not.
    private mutating func settleConnection(_ exchange: Ref<Exchange>) {
        if exchange.value.requestStage != .done || drainDeadline > 0 || exchange.value.minorVersion == 0 {
            exchange.value.keepsClient = false
        }
    }

    private mutating func sendOwn(_ exchange: Ref<Exchange>) {
        exchange.value.bytesOut += UInt64(head.count)
        exchange.value.headOut += UInt64(ownHeadCount)
        sendOwn(to: connections[exchange.value.client])
    }

    private mutating func sendOwn(to client: Ref<Connection>) {
        let all = unsafe head.bytes
        if client.value.kind == Kind.clientStream {
            let text = unsafe UnsafeMutableRawBufferPointer(rebasing: all[..<ownHeadCount])
            unsafe respond(client, text, endsStream: all.count == ownHeadCount)
            unsafe append(UnsafeRawBufferPointer(rebasing: all[ownHeadCount...]), to: client)
            end(client)
            return
        }
        var pieces = Pieces()
        unsafe pieces.append(UnsafeRawBufferPointer(all))
        send(pieces, to: client)
    }

    /// An answer that gRPC's clients understand: status 200, and what is wrong in fields of its own.
    private mutating func writeCallAnswer(_ error: GatewayError, closes: Bool, at client: Ref<Connection>) {
        beginOwnHead(200, closes: closes, at: Int(client.value.tag))
        head.append("Content-Type: application/grpc\r\nGrpc-Status: ")
        head.append(decimal: UInt64(error.callStatus))
        head.append("\r\nGrpc-Message: ")
        head.append(error.sentence)
        // By HTTP/2 a head without a body: its fields are trailers at once (gRPC's Trailers-Only).
        head.append("\r\nContent-Length: 0\r\n\r\n")
        ownHeadCount = head.count
    }

    private mutating func writeAnswer(
        _ status: UInt16, _ sentence: StaticString, label: StaticString, isJSON: Bool, closes: Bool, hasBody: Bool,
        at listener: Int
    ) {
        beginOwnHead(status, closes: closes, at: listener)
        if status == 503 { head.append("Retry-After: 1\r\n") }
        if status == 401 { appendChallenge() }
        if status == 429 { appendRetryAfter() }
        if status == 405 { appendAllow() }
        let body: UInt64
        if isJSON {
            head.append("Content-Type: application/json\r\nContent-Length: ")
            // {"status":404,"error":"no-route","message":"..."} and a line feed.
            body = UInt64(38 + label.utf8CodeUnitCount + sentence.utf8CodeUnitCount + 1)
        } else {
            head.append("Content-Type: text/plain; charset=utf-8\r\nContent-Length: ")
            body = UInt64(4 + sentence.utf8CodeUnitCount + 1)
        }
        head.append(decimal: body)
        head.append("\r\n\r\n")
        ownHeadCount = head.count
        guard hasBody else { return }
        if isJSON {
            head.append("{\"status\":")
            head.append(decimal: UInt64(status))
            head.append(",\"error\":\"")
            head.append(label)
            head.append("\",\"message\":\"")
            head.append(sentence)
            head.append("\"}\n")
        } else {
            head.append(decimal: UInt64(status))
            head.append(byte: 32)
            head.append(sentence)
            head.append("\n")
        }
    }

    /// Whole seconds until a request would be admitted again.
    private mutating func appendRetryAfter() {
        head.append("Retry-After: ")
        head.append(decimal: max(1, (retryAfter + 999_999_999) / 1_000_000_000))
        head.append("\r\n")
    }

    /// What a 405 must say (RFC 9110 §15.5.6).
    ///
    /// Of a method that is refused everywhere, all others are allowed.
    private mutating func appendAllow() {
        head.append("Allow: ")
        if allowedMethods.isEmpty {
            head.append("GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH")
        } else {
            pool.reserve(allowedMethods.count + 1024, in: &head)
            unsafe allowedMethods.withUnsafeBytes { unsafe head.append($0) }
            allowedMethods = []
        }
        head.append("\r\n")
    }

    private mutating func beginOwnHead(_ status: UInt16, closes: Bool, at listener: Int) {
        head.start = 0
        head.end = 0
        pool.reserve(1024 + listeners[listener].strictLine.count, in: &head)
        head.append("HTTP/1.1 ")
        head.append(decimal: UInt64(status))
        head.append(byte: 32)
        head.append(Self.reason(status))
        head.append("\r\nServer: portico\r\n")
        appendDateLine()
        unsafe listeners[listener].strictLine.withUnsafeBytes { unsafe head.append($0) }
        if closes { head.append("Connection: close\r\n") }
    }

    /// A Date field of the second at hand, formatted once a second, in `head`.
    mutating func appendDateLine() {
        let second = MonotonicClock.wallClock / 1_000_000_000
        if second != dateSecond {
            dateSecond = second
            _ = unsafe HTTPDate.write(Int64(second), into: dateMemory.bytes)
        }
        head.append("Date: ")
        unsafe head.append(UnsafeRawBufferPointer(dateMemory.prefix(HTTPDate.count)))
        head.append("\r\n")
    }

    mutating func answerRedirect(_ exchange: Ref<Exchange>, status: UInt16, location: [UInt8]) {
        beginRedirect(exchange, status)
        pool.reserve(location.count + 64, in: &head)
        unsafe location.withUnsafeBytes { unsafe head.append($0) }
        endRedirect(exchange)
    }

    mutating func answerRedirectToHTTPS(
        _ exchange: Ref<Exchange>, host: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer
    ) {
        beginRedirect(exchange, 308)
        // A host name in another script grows when it is written in ASCII: it has its own room.
        pool.reserve(bytes.count + host.count + 64, in: &head)
        head.append("https://")
        unsafe head.append(host)
        let path = unsafe slice(bytes, requestHead.path)
        if unsafe path.isEmpty { head.append("/") } else { unsafe head.append(path) }
        if requestHead.hasQuery {
            head.append(byte: 63)
            unsafe head.append(slice(bytes, requestHead.query))
        }
        endRedirect(exchange)
    }

    private mutating func beginRedirect(_ exchange: Ref<Exchange>, _ status: UInt16) {
        settleConnection(exchange)
        exchange.value.status = status
        exchange.value.hasAnswered = true
        let listener = Int(connections[exchange.value.client].value.tag)
        beginOwnHead(status, closes: !exchange.value.keepsClient, at: listener)
        head.append("Location: ")
    }

    private mutating func endRedirect(_ exchange: Ref<Exchange>) {
        head.append("\r\nContent-Length: 0\r\n\r\n")
        ownHeadCount = head.count
        sendOwn(exchange)
    }

    static func reason(_ status: UInt16) -> StaticString {
        switch status {
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 508: "Loop Detected"
        default: "Error"
        }
    }
}
