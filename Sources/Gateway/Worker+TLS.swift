internal import Reactor
internal import Synchronization

/// TLS: between the socket and everything else, octets pass through the worker's port.
///
/// What waits in a connection's `output` is sealed already, what is in `input` is plain: ``flush(_:)`` and the parsers
/// need not know of it.
extension Worker {
    // MARK: - Handshakes

    /// Gives an accepted connection a session; false when it had to be closed.
    mutating func beginHandshake(_ client: Ref<Connection>, at listener: Int) -> Bool {
        guard let session = secured[listener]?.accept(on: port), session.isActive else {
            handle.handshakes.addFailure(to: listener)
            closeClient(client, abort: true)
            return false
        }
        client.value.tls = session
        client.value.phase = ClientPhase.handshake
        setDeadline(client, Limits.handshakeMilliseconds)
        return true
    }

    /// Goes on with a client's handshake, and with its first request when it is done.
    mutating func shakeHands(_ client: Ref<Connection>) {
        switch advanceHandshake(client) {
        case .waits: break
        case .done: secure(client)
        case .plain:
            handle.handshakes.addFailure(to: Int(client.value.tag))
            rejectPlain(client)
        case .failed:
            handle.handshakes.addFailure(to: Int(client.value.tag))
            closeClient(client)
        }
    }

    /// Begins the handshake on a connection to an endpoint that is up.
    mutating func greet(_ upstream: Ref<Connection>) {
        upstream.value.phase = UpstreamPhase.handshake
        guard beginHandshake(with: upstream) else {
            handle.upstreamHandshakeFailures.addAlone(1)
            failConnection(upstream, GatewayError(.handshakeFailed))
            return
        }
        if upstream.value.readiness.contains(.readable) { shakeHands(upstream: upstream) }
    }

    /// Sends the first message of a handshake with an endpoint; false if that cannot be.
    mutating func beginHandshake(with upstream: Ref<Connection>) -> Bool {
        let outcome = port.handshake(upstream.value.tls)
        sendOutgoing(upstream)
        return outcome == .wantsInput
    }

    /// Goes on with the handshake with an endpoint; what follows it depends on what was agreed on.
    mutating func shakeHands(upstream: Ref<Connection>) {
        switch advanceHandshake(upstream) {
        case .waits: break
        case .done: agreed(upstream)
        case .plain, .failed:
            handle.upstreamHandshakeFailures.addAlone(1)
            let isUntrusted = upstream.value.tls.verificationFailure != nil
            failConnection(upstream, GatewayError(isUntrusted ? .untrusted : .handshakeFailed))
        }
    }

    /// The session with the endpoint is up: HTTP/2 or HTTP/1.1, as was agreed.
    private mutating func agreed(_ upstream: Ref<Connection>) {
        let slot = Int(upstream.value.tag)
        let isHTTP2 = upstream.value.tls.speaksHTTP2
        if pools[slot].dialect == upstream.value.dialect { pools[slot].speaksHTTP2 = isHTTP2 }
        if isHTTP2, upstream.value.session < 0 {
            let waiting = exchanges[upstream.value.exchange]
            upstream.value.exchange = -1
            waiting.value.upstream = -1
            guard beginSession(upstream, isSecure: true), beginStream(waiting, on: upstream) else {
                if upstream.value.session < 0 { release(upstream) }
                fail(waiting, GatewayError(.exhausted))
                return
            }
        } else if !isHTTP2, upstream.value.session >= 0 {
            failConnection(upstream, GatewayError(.handshakeFailed))
            return
        }
        beginSpeaking(upstream)
    }

    enum Handshake {
        case waits, done, failed
        /// What came is no handshake but a request in plain HTTP.
        case plain
    }

    /// One or more steps of a handshake, as far as the peer's records and this turn's share go.
    mutating func advanceHandshake(_ connection: Ref<Connection>) -> Handshake {
        guard flush(connection) else { return connection.value.readiness.contains(.broken) ? .failed : .waits }
        while connection.value.readiness.contains(.readable) {
            guard handshakesLeft > 0 else {
                // Those that have requests to be served come first.
                lookLater(connection)
                return .waits
            }
            switch receiveRecords(connection) {
            case .bytes(let count): port.offer(count)
            case .wouldBlock: return .waits
            case .ended, .failed: return .failed
            }
            if connection.value.kind == Kind.client {
                // Until the handshake is done `requests` counts its steps.
                connection.value.requests &+= 1
                if connection.value.requests == 1, unsafe isPlainHTTP(port.records[0]) { return .plain }
            }
            handshakesLeft -= 1
            let outcome = port.handshake(connection.value.tls)
            sendOutgoing(connection)
            switch outcome {
            case .bytes: return finishHandshake(connection) ? .done : .failed
            case .wantsInput: continue
            case .closed, .failed: return .failed
            }
        }
        return connection.value.readiness.contains(.broken) ? .failed : .waits
    }

    /// A handshake's first octet is 22; a letter begins a method.
    private func isPlainHTTP(_ octet: UInt8) -> Bool {
        octet >= 65 && octet <= 90
    }

    /// Opens what came right behind the handshake; false if that cannot be.
    private mutating func finishHandshake(_ connection: Ref<Connection>) -> Bool {
        if connection.value.kind == Kind.client {
            connection.value.requests = 0
            handle.handshakes.add(connection.value.tls, to: Int(connection.value.tag))
        } else if connection.value.kind != Kind.tcpClient {
            handle.upstreamHandshakes.addAlone(1)
            if connection.value.tls.isResumed { handle.upstreamResumptions.addAlone(1) }
        }
        guard port.hasRest || connection.value.tls.hasPending else { return true }
        switch unsafe port.read(connection.value.tls, into: scratch.bytes) {
        case .bytes(let count):
            unsafe keep(scratch.prefix(count), in: connection)
            return true
        case .wantsInput: return true
        case .closed:
            connection.value.readiness.insert(.readable)
            return true
        case .failed: return false
        }
    }

    /// The client's handshake is done: it may speak.
    private mutating func secure(_ client: Ref<Connection>) {
        if listeners[Int(client.value.tag)].asksForCertificate {
            client.value.tls.keep(peerLines: ClientCertificateLines.text(client.value.tls.peerCertificate))
        }
        if client.value.tls.speaksHTTP2 {
            beginSession(client: client)
            return
        }
        client.value.phase = ClientPhase.idle
        setDeadline(client, configuration.limits.requestHeadTimeout)
        serveClient(client)
    }

    /// Says in plain HTTP what is wrong, for there is no session to say it in.
    private mutating func rejectPlain(_ client: Ref<Connection>) {
        client.value.tls.free()
        reject(client, GatewayError(.plainOnTLS))
    }

    // MARK: - Octets

    /// One read of records; notes what the kernel says of readiness.
    private mutating func receiveRecords(_ connection: Ref<Connection>) -> Transfer {
        let transfer = unsafe Socket.receive(connection.value.fd, into: port.records)
        note(transfer, of: connection, room: TLSPort.recordBytes)
        return transfer
    }

    /// Plain text into `area`, which has room for the port's record memory and a record more.
    mutating func receiveSealed(
        _ connection: Ref<Connection>, into area: UnsafeMutableRawBufferPointer
    ) -> Transfer {
        while true {
            guard !connection.value.tls.isClosedByPeer else {
                connection.value.readiness.remove(.readable)
                connection.value.readiness.insert(.peerClosed)
                return .ended
            }
            switch receiveRecords(connection) {
            case .bytes(let count): port.offer(count)
            case .wouldBlock: return .wouldBlock
            // Without a close_notify the end may be an attacker's (RFC 8446 §6.1).
            case .ended, .failed: return .failed(0)
            }
            let outcome = unsafe port.read(connection.value.tls, into: area)
            // A key update or an alert asks for an answer.
            if unsafe !port.outgoing.isEmpty { sendOutgoing(connection) }
            switch outcome {
            case .bytes(let count):
                if connection.value.tls.isClosedByPeer { connection.value.readiness.insert(.readable) }
                return .bytes(count)
            case .wantsInput:
                guard connection.value.readiness.contains(.readable) else { return .wouldBlock }
            case .closed: continue
            case .failed:
                connection.value.readiness.insert(.broken)
                return .failed(0)
            }
        }
    }

    /// Seals `pieces` and sends them, or keeps for later what the peer does not take now.
    mutating func sendSealed(_ pieces: Pieces, to connection: Ref<Connection>) {
        guard port.write(connection.value.tls, pieces) else {
            port.emptyOutgoing()
            connection.value.readiness.formUnion([.broken, .readable])
            lookLater(connection)
            return
        }
        sendOutgoing(connection)
        if !connection.value.output.isEmpty, connection.value.kind == Kind.client {
            setDeadline(connection, configuration.limits.writeTimeout)
        }
    }

    /// Sends the port's records, or keeps for later what the peer does not take now.
    private mutating func sendOutgoing(_ connection: Ref<Connection>) {
        var rest = unsafe port.outgoing
        defer { port.emptyOutgoing() }
        guard unsafe !rest.isEmpty else { return }
        if connection.value.output.isEmpty, connection.value.readiness.contains(.writable) {
            switch unsafe Socket.send(connection.value.fd, rest) {
            case .bytes(let count):
                if count == rest.count { return }
                unsafe rest = unsafe UnsafeRawBufferPointer(rebasing: rest[count...])
            case .wouldBlock: break
            case .ended, .failed:
                connection.value.readiness.formUnion([.broken, .readable])
                lookLater(connection)
                return
            }
            connection.value.readiness.remove(.writable)
        }
        pool.reserve(rest.count, in: &connection.value.output)
        unsafe connection.value.output.append(rest)
    }

    /// Says that nothing follows, as far as the socket takes it now; once.
    mutating func sayGoodbye(_ connection: Ref<Connection>) {
        guard connection.value.readiness.isDisjoint(with: .broken) else { return }
        port.close(connection.value.tls)
        sendOutgoing(connection)
    }
}
