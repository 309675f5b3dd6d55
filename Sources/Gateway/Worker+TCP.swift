internal import Glibc
internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

/// TCP listeners: a client's connection is joined to an endpoint's, and octets pass unread.
///
/// ``TCPSession`` says what a session goes through. What comes before the endpoint is chosen stands in `Worker+TCPOpening`,
/// the choice in `Worker+TCPConnect`, the moving of octets in `Worker+TCPFlow`.
extension Worker {
    /// Where a client's connection of a TCP session stands.
    enum TCPPhase {
        /// Its PROXY header is waited for.
        static let proxy: UInt8 = 0
        /// TLS is being agreed on.
        static let handshake: UInt8 = 1
        /// The name in its hello is waited for.
        static let hello: UInt8 = 2
        /// A connection to an endpoint is being made.
        static let connecting: UInt8 = 3
        static let flowing: UInt8 = 4
    }

    /// Begins with a connection that was accepted at a TCP listener.
    mutating func beginTCP(_ client: Ref<Connection>) {
        let slot = tcpSessions.take()
        guard slot >= 0 else {
            leaveClient(client)
            release(client, abort: true)
            return
        }
        let session = tcpSessions[slot]
        session.value = TCPSession(index: slot)
        session.value.client = client.value.index
        session.value.started = now
        session.value.generation = table.generation
        client.value.exchange = slot
        // Whoever speaks first may speak: what the client has sent already is told by an event.
        client.value.readiness = .writable
        handle.listenerCells.add(1, to: .requests, of: Int(client.value.tag))
        if awaitsProxyHeader(client) {
            client.value.phase = TCPPhase.proxy
            setDeadline(client, configuration.limits.requestHeadTimeout)
        } else {
            open(session, client)
        }
    }

    mutating func serveTCP(_ connection: Ref<Connection>) {
        guard connection.value.exchange >= 0 else { return }
        let session = tcpSessions[connection.value.exchange]
        if connection.value.kind == Kind.tcpUpstream {
            serveTCPUpstream(session, connection)
            return
        }
        switch connection.value.phase {
        case TCPPhase.proxy: readProxyHeader(session, connection)
        case TCPPhase.handshake: shakeHands(session, connection)
        case TCPPhase.hello: readHello(session, connection)
        case TCPPhase.flowing: relay(session)
        default:
            if connection.value.readiness.contains(.broken) { end(session, GatewayError(.clientGone)) }
        }
    }

    private mutating func serveTCPUpstream(_ session: Ref<TCPSession>, _ upstream: Ref<Connection>) {
        switch upstream.value.phase {
        case UpstreamPhase.connecting:
            if upstream.value.readiness.contains(.broken) {
                let code = Socket.pendingError(upstream.value.fd)
                fail(session, GatewayError(code == ECONNREFUSED ? .connectRefused : .connectFailed))
            } else if upstream.value.readiness.contains(.writable) {
                meet(session, upstream)
            }
        case UpstreamPhase.handshake: shakeHands(session, upstream: upstream)
        default: relay(session)
        }
    }

    /// A deadline of one of its connections has passed: the client's is the session's own, the endpoint's that of the
    /// connection being made.
    mutating func tcpExpired(_ connection: Ref<Connection>) {
        guard connection.value.exchange >= 0 else { return }
        let session = tcpSessions[connection.value.exchange]
        guard connection.value.kind == Kind.tcpClient else {
            fail(session, GatewayError(.connectTimeout))
            return
        }
        switch connection.value.phase {
        case TCPPhase.proxy: end(session, GatewayError(.badProxyHeader))
        case TCPPhase.hello: end(session, GatewayError(.badHello))
        case TCPPhase.handshake:
            handle.handshakes.addFailure(to: Int(connection.value.tag))
            end(session, GatewayError(.clientGone))
        default: end(session, GatewayError(.tunnelTimeout))
        }
    }

    /// Ends the session and closes what it has; a failure resets both connections, for what they had is not all.
    mutating func end(_ session: Ref<TCPSession>, _ failure: GatewayError? = nil) {
        session.value.failure = failure
        if let failure { handle.errors.add(failure.kind) }
        if failure?.kind == .reset { note(GatewayError(.reset), session) }
        let client = connections[session.value.client]
        count(session)
        countEnd(session, client)
        logSession(session, client)
        leaveEndpoint(session)
        if session.value.upstream >= 0 {
            release(connections[session.value.upstream], abort: failure != nil)
        }
        relayPipes.give(&session.value.up.pipe)
        relayPipes.give(&session.value.down.pipe)
        pool.give(&session.value.name)
        leaveClient(client)
        if client.value.flags & ClientFlags.counted != 0 { uncount(client) }
        release(client, abort: failure?.kind != .unknownName && failure != nil)
        session.value.client = -1
        session.value.upstream = -1
        tcpSessions.give(session.value.index)
    }

    /// The session is none of its endpoint's any more.
    mutating func leaveEndpoint(_ session: Ref<TCPSession>) {
        session.value.endpoint?.inFlight.subtract(1, ordering: .relaxed)
        session.value.endpoint = nil
    }

    /// Adds to the counters what has passed since the last time.
    mutating func count(_ session: Ref<TCPSession>) {
        let up = session.value.up.octets &- session.value.up.counted
        let down = session.value.down.octets &- session.value.down.counted
        guard up > 0 || down > 0 else { return }
        session.value.up.counted = session.value.up.octets
        session.value.down.counted = session.value.down.octets
        let listener = Int(connections[session.value.client].value.tag)
        handle.listenerCells.add(up, to: .bytesIn, of: listener)
        handle.listenerCells.add(down, to: .bytesOut, of: listener)
        handle.statisticsCells.add(up, to: .bytesIn, of: Int(session.value.serviceSlot))
        handle.statisticsCells.add(down, to: .bytesOut, of: Int(session.value.serviceSlot))
        handle.endpointCells.add(up, to: .bytesIn, of: Int(session.value.endpointSlot))
        handle.endpointCells.add(down, to: .bytesOut, of: Int(session.value.endpointSlot))
    }

    /// Counts that the session has ended, where it was counted when it began.
    private func countEnd(_ session: Ref<TCPSession>, _ client: Ref<Connection>) {
        let ended = TrafficCells.Ended(nanoseconds: now &- session.value.started)
        handle.listenerCells.add(ended, to: Int(client.value.tag))
        handle.listenerDurations.add(nanoseconds: ended.nanoseconds, to: Int(client.value.tag))
        guard session.value.serviceSlot >= 0 else { return }
        handle.statisticsCells.add(ended, to: Int(session.value.serviceSlot))
        handle.durationCells.add(nanoseconds: ended.nanoseconds, to: Int(session.value.serviceSlot))
        guard session.value.connected > 0 else { return }
        handle.endpointCells.add(
            TrafficCells.Ended(nanoseconds: now &- session.value.connected), to: Int(session.value.endpointSlot))
    }

    // MARK: - Tables and drains

    /// Finds the listeners' services in the table in force, and cuts sessions whose endpoint has left it, where their
    /// service wants that.
    mutating func noteTableForTCP() {
        guard !tcpTargets.isEmpty else { return }
        for (index, listener) in listeners.enumerated() {
            tcpTargets[index] = listener.names.services.map { Int32(table.service(named: $0) ?? -1) }
        }
        for index in 0..<Int32(tcpSessions.capacity) {
            let session = tcpSessions[index]
            guard session.value.client >= 0, session.value.endsWithEndpoint, session.value.endpoint != nil else {
                continue
            }
            if !pools[Int(session.value.endpointSlot)].isCurrent { end(session, GatewayError(.endpointLeft)) }
        }
    }

    /// Ends what a drain's deadline cuts.
    mutating func cutTCP() {
        for index in 0..<Int32(tcpSessions.capacity) where tcpSessions[index].value.client >= 0 {
            cut += 1
            end(tcpSessions[index], GatewayError(.drained))
        }
    }
}
