internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

extension Worker {
    /// Routes the request whose head `requestHead` describes and sends it on its way.
    ///
    /// `bytes` begins with the head and holds whatever came after it; with `isStash` they are the client's input buffer,
    /// otherwise they lie in the scratch memory and what is not used up now must be kept.
    mutating func beginExchange(_ client: Ref<Connection>, _ bytes: UnsafeMutableRawBufferPointer, isStash: Bool) {
        let slot = exchanges.take()
        guard slot >= 0 else {
            reject(client, GatewayError(.exhausted))
            return
        }
        client.value.requests &+= 1
        client.value.exchange = slot
        client.value.phase = ClientPhase.exchange
        let exchange = exchanges[slot]
        prepare(exchange, client: client, hasMore: bytes.count > requestHead.headCount)
        let headBytes = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<requestHead.headCount])
        let isForwarded = unsafe route(exchange, client: client, headBytes)
        // The head is used up; the body's beginning and pipelined requests wait in the client's buffer.
        if isStash {
            client.value.input.consume(requestHead.headCount)
            if client.value.input.isEmpty { pool.give(&client.value.input) }
        } else if bytes.count > requestHead.headCount {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[requestHead.headCount...])
            pool.reserve(rest.count, in: &client.value.input)
            unsafe client.value.input.append(rest)
        }
        if isForwarded {
            if exchange.value.parking < 0 { proceed(exchange) }
        } else {
            settleOwnAnswer(exchange)
        }
    }

    private mutating func prepare(_ exchange: Ref<Exchange>, client: Ref<Connection>, hasMore: Bool) {
        var fresh = Exchange(index: exchange.value.index)
        fresh.client = client.value.index
        fresh.started = now
        fresh.method = requestHead.method
        fresh.minorVersion = requestHead.minorVersion
        fresh.keepsClient =
            requestHead.keepAlive && drainDeadline == 0
            && client.value.requests < configuration.limits.requestsPerConnection
        fresh.wantsUpgrade = requestHead.wantsUpgrade
        fresh.requestFraming = requestHead.framing
        fresh.requestRemaining = requestHead.contentLength
        fresh.hasBody =
            requestHead.framing == .chunked || requestHead.framing == .untilClose || requestHead.contentLength > 0
        fresh.requestStage = fresh.hasBody ? .body : .done
        // A body whose length nobody has told goes on in chunks, however it comes.
        fresh.upstreamFraming = requestHead.framing == .untilClose ? .chunked : requestHead.framing
        fresh.hasSentEnd = fresh.upstreamFraming != .chunked
        fresh.bytesIn = UInt64(requestHead.headCount)
        fresh.hold = currentHold
        holds[currentHold].value.inFlight += 1
        exchange.value = fresh
        // The endpoint's deadlines bound the wait; where the body is waited for, the client's runs (``awaitBody``).
        setDeadline(client, 0)
        handle.listenerCells.add(1, to: .requests, of: Int(client.value.tag))
    }

    /// Finds the route, service and rewritten head; false when an answer of our own was made instead.
    ///
    /// With true the request may have been parked: then whoever called it up forwards it.
    private mutating func route(
        _ exchange: Ref<Exchange>, client: Ref<Connection>, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        requestID = (random.next(), random.next())
        unsafe findClient(exchange, client, bytes)
        if tracing.isOn { unsafe beginTrace(exchange, bytes) }
        if log != nil || (tracing.keepsSpans && isRecorded(exchange)) {
            unsafe noteRequest(exchange, client: client, bytes)
        }
        unsafe noteWishes(exchange, bytes)
        let host = unsafe slice(bytes, requestHead.host)
        let hostCount = unsafe HostName.normalize(host, into: hostMemory.bytes)
        guard hostCount >= 0 else {
            return refuse(exchange, GatewayError(.badRequest, rejection: .badHost))
        }
        guard let path = unsafe normalPath(bytes) else {
            return refuse(exchange, GatewayError(.badRequest, rejection: .badTarget))
        }
        guard unsafe listenerAdmits(exchange, at: Int(client.value.tag), bytes) else { return false }
        if unsafe !isCovered(client, host: UnsafeRawBufferPointer(hostMemory.prefix(hostCount))) {
            return refuse(exchange, GatewayError(.misdirected))
        }
        if listeners[Int(client.value.tag)].redirectsToHTTPS, unsafe !startsWith(path, Self.challengePath) {
            // Without a host there is nowhere to send an HTTP/1.0 client.
            guard hostCount > 0 else { return refuse(exchange, GatewayError(.badRequest, rejection: .missingHost)) }
            unsafe answerRedirectToHTTPS(exchange, host: UnsafeRawBufferPointer(hostMemory.prefix(hostCount)), bytes)
            return false
        }
        let hostBytes = unsafe UnsafeRawBufferPointer(hostMemory.prefix(hostCount))
        let fieldSpan = unsafe UnsafeBufferPointer(start: fields.base, count: requestHead.fieldCount).span
        let match = unsafe table.match(
            host: hostBytes.bytes, path: path.bytes, method: requestHead.method,
            methodName: slice(bytes, requestHead.methodRange).bytes, head: bytes.bytes, fields: fieldSpan)
        switch match {
        case .noRoute:
            return refuse(exchange, GatewayError(.noRoute))
        case .methodNotAllowed:
            allowedMethods = unsafe table.allowedMethods(
                host: hostBytes.bytes, path: path.bytes, head: bytes.bytes, fields: fieldSpan)
            return refuse(exchange, GatewayError(.methodNotAllowed))
        case .route(let index):
            exchange.value.route = Int32(index)
            return unsafe take(exchange, client: client, route: index, bytes, host: hostBytes, path: path)
        }
    }

    /// Whether the connection's certificate is for the host that a request on it asks for (RFC 9110 §7.4).
    ///
    /// The name that the client asked for in its handshake always is: where it has no certificate of its own, the
    /// configuration has named one to be shown. A client that asked for no name has not been told whom it speaks with.
    private func isCovered(_ client: Ref<Connection>, host: UnsafeRawBufferPointer) -> Bool {
        let secure = carrier(of: client)
        guard secure.value.tls.isActive else { return true }
        let asked = unsafe secure.value.tls.serverName
        guard unsafe !asked.isEmpty, unsafe !host.isEmpty else { return true }
        if asked.count == host.count, unsafe equalsFolded(asked, host) { return true }
        let context = secured[Int(client.value.tag)]
        return unsafe context?.covers(host: host, asked: asked) ?? true
    }

    /// Whether `text`, letters compared without case, is `folded`.
    func equalsFolded(_ text: UnsafeRawBufferPointer, _ folded: UnsafeRawBufferPointer) -> Bool {
        for index in 0..<text.count {
            let octet = unsafe text[index]
            let lower = octet >= 65 && octet <= 90 ? octet | 32 : octet
            if unsafe lower != folded[index] { return false }
        }
        return true
    }

    /// Notes what the client would like an answer of our own to look like.
    private func noteWishes(_ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer) {
        for position in 0..<requestHead.fieldCount {
            switch fields[position].name {
            case .accept:
                if unsafe contains(slice(bytes, fields[position].value), "application/json") {
                    exchange.value.wantsJSON = true
                }
            case .contentType:
                if unsafe startsWith(slice(bytes, fields[position].value), "application/grpc") {
                    exchange.value.isGRPC = true
                }
            default: break
            }
        }
    }

    private func contains(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
        guard bytes.count >= text.utf8CodeUnitCount else { return false }
        // Every request with an Accept field is searched, so most places are ruled out by one octet.
        let first = unsafe text.utf8Start.pointee
        for start in 0...(bytes.count - text.utf8CodeUnitCount)
        where unsafe bytes[start] == first && startsWith(UnsafeRawBufferPointer(rebasing: bytes[start...]), text) {
            return true
        }
        return false
    }

    private mutating func take(
        _ exchange: Ref<Exchange>, client: Ref<Connection>, route index: Int, _ bytes: UnsafeRawBufferPointer,
        host: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer
    ) -> Bool {
        let route = table.routes[index]
        handle.statisticsCells.add(1, to: .requests, of: Int(route.statisticsSlot))
        if route.traits.contains(.guarded) {
            let access = table.routeAccess(route.access)
            guard unsafe admits(exchange, access, host: host, path: path, bytes) else { return false }
        }
        if route.hasRedirect {
            let redirect = unsafe table.redirect(
                of: index, scheme: listeners[Int(client.value.tag)].isSecure ? "https" : "http",
                host: slice(bytes, requestHead.authority).bytes, path: path.bytes,
                query: slice(bytes, requestHead.query).bytes, hasQuery: requestHead.hasQuery)
            if let redirect {
                answerRedirect(exchange, status: UInt16(redirect.status), location: redirect.location)
                return false
            }
        }
        let service = table.service(of: index, random: UInt32(truncatingIfNeeded: random.next()))
        guard service >= 0 else { return refuse(exchange, GatewayError(.noEndpoint)) }
        exchange.value.service = Int32(service)
        let record = table.services[service]
        handle.statisticsCells.add(1, to: .requests, of: Int(record.statisticsSlot))
        if record.traits.contains(.guarded) {
            let access = table.serviceAccess(record.access)
            guard unsafe admits(exchange, access, host: host, path: path, bytes) else { return false }
        }
        var passwords: PasswordTable?
        userCount = 0
        if record.traits.contains(.guarded) || route.traits.contains(.guarded) {
            guard unsafe isInRate(exchange, route, record, bytes) else { return false }
            pace(exchange, route, record)
            passwords = table.passwords(of: route, record)
            if let passwords {
                guard unsafe readCredentials(exchange, passwords, bytes) else { return false }
            }
        }
        exchange.value.timeouts = route.timeouts(to: record)
        exchange.value.retries = route.retries(to: record)
        exchange.value.bodyLimit = route.bodyLimit(
            to: record, listener: listeners[Int(client.value.tag)].requestBodyLimit)
        if route.traits.contains(.compression) || record.traits.contains(.compression) {
            unsafe noteCodings(exchange, route: index, service: service, bytes)
        }
        if exchange.value.bodyLimit >= 0, requestHead.contentLength > exchange.value.bodyLimit {
            return refuse(exchange, GatewayError(.bodyTooLarge))
        }
        if !record.traits.isDisjoint(with: .affinity) {
            unsafe noteAffinity(exchange, bytes, host: host, path: path)
        }
        if route.traits.contains(.permission) || record.traits.contains(.permission),
            let rule = permissionRule(exchange)
        {
            if let error = unsafe prepareQuestion(exchange, client: client, rule, bytes) {
                return refuse(exchange, error)
            }
        }
        var edited: [UInt8]?
        if route.hasPathEdit { edited = unsafe table.forwardedPath(of: index, path: path.bytes) }
        unsafe writeRequestHead(exchange, client: client, bytes, path: path, edited: edited, route: route, index: index)
        if let passwords { return checkCredentials(exchange, passwords) }
        return true
    }

    /// The path in the form that is matched and forwarded; nil if it is refused.
    private mutating func normalPath(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let path = unsafe slice(bytes, requestHead.path)
        if unsafe path.isEmpty { return unsafe Self.rootPath }
        if unsafe RequestPath.isNormal(path) { return unsafe path }
        let count = unsafe RequestPath.normalize(path, into: pathMemory.bytes)
        guard count >= 0 else { return nil }
        return unsafe UnsafeRawBufferPointer(pathMemory.prefix(count))
    }

    static var rootPath: UnsafeRawBufferPointer {
        let slash: StaticString = "/"
        return unsafe slash.octets
    }

    func slice(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: bytes[Int(range.start)..<Int(range.end)])
    }

    func startsWith(_ bytes: UnsafeRawBufferPointer, _ prefix: StaticString) -> Bool {
        guard bytes.count >= prefix.utf8CodeUnitCount else { return false }
        let expected = unsafe prefix.octets
        return unsafe bytes.prefix(expected.count).elementsEqual(expected)
    }
}
