internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

/// TCP sessions: the choice of an endpoint, the connection to it, and another choice where that fails.
extension Worker {
    /// Chooses an endpoint of the session's service and begins a connection to it.
    mutating func connect(_ session: Ref<TCPSession>, _ client: Ref<Connection>) {
        let service = Int(tcpTargets[Int(client.value.tag)][Int(session.value.target)])
        guard service >= 0 else {
            end(session, GatewayError(.noEndpoint))
            return
        }
        let table = table
        let record = table.services[service]
        if session.value.serviceSlot < 0 {
            handle.statisticsCells.add(1, to: .requests, of: Int(record.statisticsSlot))
        }
        session.value.serviceSlot = record.statisticsSlot
        session.value.timeouts = record.timeouts
        session.value.endsWithEndpoint = record.traits.contains(.cutsLeaving)
        session.value.generation = table.generation
        // Each endpoint is looked at once at the most, however few of them `tried` remembers.
        for _ in 0...record.endpointCount {
            var choice = EndpointChoice(random: random.next(), now: now, tried: session.value.tried)
            choice.limit = record.connectionsPerEndpoint
            choice.key = KeyHash.hash(high: client.value.peer.high, low: client.value.peer.low)
            let chosen = table.endpoint(for: service, cursor: &cursors[Int(record.statisticsSlot)], choice)
            guard chosen >= 0 else { break }
            let state = table.states[chosen]
            let slot = Int(table.endpoints[chosen].slot)
            let before = state.inFlight.add(1, ordering: .relaxed).oldValue
            if record.connectionsPerEndpoint > 0, before >= Int(record.connectionsPerEndpoint) {
                state.inFlight.subtract(1, ordering: .relaxed)
                session.value.tried.insert(slot)
                session.value.failure = GatewayError(.endpointsBusy)
                continue
            }
            session.value.endpoint = state
            session.value.endpointIndex = Int32(chosen)
            session.value.serviceIndex = Int32(service)
            session.value.endpointSlot = Int32(slot)
            session.value.address = table.endpoints[chosen].address
            handle.endpointCells.add(1, to: .requests, of: slot)
            if let reason = dial(session, table.endpoints[chosen], service: service) {
                fail(session, GatewayError(reason))
            }
            return
        }
        end(session, session.value.failure ?? GatewayError(.noEndpoint))
    }

    /// Begins a connection to the endpoint; returns why that cannot be, or nil.
    private mutating func dial(
        _ session: Ref<TCPSession>, _ endpoint: EndpointRecord, service: Int
    ) -> GatewayError.Kind? {
        let (index, reason) = dial(endpoint, kind: Kind.tcpUpstream)
        guard index >= 0 else { return reason }
        let upstream = connections[index]
        upstream.value.exchange = session.value.index
        session.value.upstream = index
        setDeadline(upstream, session.value.timeouts.connect)
        guard endpoint.protocol.isSecure else { return nil }
        if let context = holds[currentHold].value.secured?.context(of: service) {
            upstream.value.tls = context.connect(to: upstream.value.peer, protocols: "", on: port)
        }
        return upstream.value.tls.isActive ? nil : .handshakeFailed
    }

    // MARK: - Coming up

    /// The connection is there: the endpoint is told who the client is, and greeted where it speaks TLS.
    mutating func meet(_ session: Ref<TCPSession>, _ upstream: Ref<Connection>) {
        let client = connections[session.value.client]
        guard introduce(client, to: upstream, destination: session.value.destination) else {
            fail(session, GatewayError(.connectFailed))
            return
        }
        guard upstream.value.tls.isActive else {
            join(session, client, upstream)
            return
        }
        upstream.value.phase = UpstreamPhase.handshake
        guard beginHandshake(with: upstream) else {
            handle.upstreamHandshakeFailures.addAlone(1)
            fail(session, GatewayError(.handshakeFailed))
            return
        }
        shakeHands(session, upstream: upstream)
    }

    /// Goes on with the handshake with the endpoint.
    mutating func shakeHands(_ session: Ref<TCPSession>, upstream: Ref<Connection>) {
        switch advanceHandshake(upstream) {
        case .waits: break
        case .done: join(session, connections[session.value.client], upstream)
        case .plain, .failed:
            handle.upstreamHandshakeFailures.addAlone(1)
            let isUntrusted = upstream.value.tls.verificationFailure != nil
            fail(session, GatewayError(isUntrusted ? .untrusted : .handshakeFailed))
        }
    }

    /// Both connections are there.
    private mutating func join(_ session: Ref<TCPSession>, _ client: Ref<Connection>, _ upstream: Ref<Connection>) {
        session.value.connected = now
        if let endpoint = place(of: session) {
            _ = table.note(status: 200, of: endpoint, service: Int(session.value.serviceIndex), now: now)
        }
        client.value.phase = TCPPhase.flowing
        upstream.value.phase = UpstreamPhase.active
        setDeadline(upstream, 0)
        setDeadline(client, session.value.timeouts.tunnel)
        relay(session)
    }

    /// Tells the endpoint who the client of the request is that the connection was made for.
    mutating func introduce(_ upstream: Ref<Connection>) -> Bool {
        guard upstream.value.exchange >= 0 else { return false }
        let client = connections[exchanges[upstream.value.exchange].value.client]
        return introduce(carrier(of: client), to: upstream, destination: nil)
    }

    /// Sends the PROXY header that the endpoint wants, before anything else; false if that cannot be.
    mutating func introduce(
        _ client: Ref<Connection>, to upstream: Ref<Connection>, destination: ProxiedAddress?
    ) -> Bool {
        guard let version = ProxyHeader.Version(rawValue: upstream.value.proxyVersion) else { return true }
        let area = unsafe UnsafeMutableRawBufferPointer(rebasing: pathMemory.bytes[..<ProxyHeader.writtenLimit])
        let peer = client.value.peer
        var addresses: (source: ProxiedAddress, destination: ProxiedAddress)?
        if !peer.isUnix {
            let local = Socket.localAddress(of: client.value.fd)
            // One that came by a Unix socket and told an address spoke to none of ours.
            let own = local.isUnix ? SocketAddress() : local
            addresses = (ProxiedAddress(peer), destination ?? ProxiedAddress(own))
        }
        let count = unsafe ProxyHeader.write(
            version, source: addresses?.source, destination: addresses?.destination, into: area)
        // A new connection's send buffer holds many of these.
        let header = unsafe UnsafeRawBufferPointer(rebasing: area[..<count])
        return unsafe Socket.send(upstream.value.fd, header) == .bytes(count)
    }

    // MARK: - Failing

    /// A connection that came to nothing: nothing was sent, so another endpoint is tried if the service's policy has it.
    mutating func fail(_ session: Ref<TCPSession>, _ error: GatewayError) {
        let slot = Int(session.value.endpointSlot)
        note(error, session)
        leaveEndpoint(session)
        if session.value.upstream >= 0 { release(connections[session.value.upstream], abort: true) }
        session.value.upstream = -1
        session.value.failure = error
        let client = connections[session.value.client]
        let service = tcpTargets[Int(client.value.tag)][Int(session.value.target)]
        guard service >= 0, !error.retryCauses.isDisjoint(with: table.services[Int(service)].retries.causes),
            session.value.triesMade < table.services[Int(service)].retries.attempts,
            spendRetry(of: Int(service), in: table)
        else {
            end(session, error)
            return
        }
        session.value.triesMade += 1
        session.value.tried.insert(slot)
        handle.endpointCells.add(1, to: .retries, of: slot)
        connect(session, client)
    }

    /// Where the session's endpoint is in the table in force; nil if that is another by now.
    private func place(of session: Ref<TCPSession>) -> Int? {
        let place = Int(session.value.endpointIndex)
        guard let state = session.value.endpoint, table.generation == session.value.generation,
            table.states.indices.contains(place), table.states[place] === state
        else { return nil }
        return place
    }

    /// Counts a failure of the session's endpoint, and takes it out of the rotation where it could not be reached or has
    /// failed too often.
    mutating func note(_ error: GatewayError, _ session: Ref<TCPSession>) {
        guard error.side == .upstream, session.value.endpoint != nil else { return }
        handle.endpointCells.add(1, to: .failures, of: Int(session.value.endpointSlot))
        guard let endpoint = place(of: session) else { return }
        if error.isUnreachable { table.suspend(endpoint, now: now) }
        let service = Int(session.value.serviceIndex)
        guard table.services[service].traits.contains(.outlier), error.isOutlierError else { return }
        let until = table.noteError(of: endpoint, service: service, now: now)
        if until > 0 { tellEjection(table, endpoint: endpoint, service: service, until: until, label: error.label) }
    }
}

extension Connection {
    /// Of a connection to an endpoint: the version of the PROXY header that it begins with, 0 for none.
    var proxyVersion: UInt8 {
        get { UInt8(truncatingIfNeeded: flags >> 12) }
        set { flags = flags & 0x0fff | UInt16(newValue) << 12 }
    }
}

extension ProxiedAddress {
    /// The address of a peer.
    init(_ address: SocketAddress) {
        self.init(high: address.high, low: address.low, port: address.port, isIPv6: address.isIPv6)
    }
}
