internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

/// What a connection begins with: PROXY headers, which listeners for http may have too, and hellos.
///
/// Both are looked at where they lie, in the kernel: a slow one owns no memory of ours, and a hello that is forwarded is not
/// read at all.
extension Worker {
    // MARK: - PROXY headers

    /// Whether the connection is to begin with a PROXY header: its listener reads them, and its peer is trusted to tell.
    func awaitsProxyHeader(_ client: Ref<Connection>) -> Bool {
        listeners[Int(client.value.tag)].readsProxy && trusts(client.value.peer)
    }

    private enum ProxyStep {
        case waits, refused
        case taken(ProxyHeader.Origin)
    }

    /// Takes the header off the connection once all of it is there.
    private mutating func takeProxyHeader(_ client: Ref<Connection>) -> ProxyStep {
        guard client.value.readiness.contains(.readable) else {
            return client.value.readiness.contains(.broken) ? .refused : .waits
        }
        let area = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<ProxyHeader.limit])
        guard case .bytes(let count) = unsafe Socket.peek(client.value.fd, into: area) else {
            client.value.readiness.remove(.readable)
            return client.value.readiness.isDisjoint(with: [.broken, .peerClosed]) ? .waits : .refused
        }
        let header = unsafe UnsafeRawBufferPointer(rebasing: area[..<count])
        switch unsafe ProxyHeader.parse(header) {
        case .incomplete:
            // More of it is another event.
            client.value.readiness.remove(.readable)
            return client.value.readiness.contains(.peerClosed) ? .refused : .waits
        case .rejected: return .refused
        case .complete(let header):
            let whole = unsafe UnsafeMutableRawBufferPointer(rebasing: area[..<header.count])
            guard unsafe Socket.receive(client.value.fd, into: whole) == .bytes(header.count) else { return .refused }
            if case .client(let source, _) = header.origin { client.value.peer = SocketAddress(proxied: source) }
            return .taken(header.origin)
        }
    }

    /// Of a TCP session.
    mutating func readProxyHeader(_ session: Ref<TCPSession>, _ client: Ref<Connection>) {
        switch takeProxyHeader(client) {
        case .waits: break
        case .refused: end(session, GatewayError(.badProxyHeader))
        case .taken(let origin):
            if case .client(_, let destination) = origin { session.value.destination = destination }
            open(session, client)
        }
    }

    /// Of a connection that requests come on.
    mutating func readProxyHeader(_ client: Ref<Connection>) {
        switch takeProxyHeader(client) {
        case .waits: break
        case .refused:
            let error = GatewayError(.badProxyHeader)
            handle.badRequests.add(1, ordering: .relaxed)
            logRejection(client, error)
            closeClient(client, abort: true)
        case .taken: welcome(client)
        }
    }

    // MARK: - Names

    /// Goes on when it is known who the client is.
    mutating func open(_ session: Ref<TCPSession>, _ client: Ref<Connection>) {
        let listener = Int(client.value.tag)
        if listeners[listener].limitsConnections, !admitsConnection(client, at: listener) {
            handle.refusedByAddress.addAlone(1)
            end(session, GatewayError(.tooManyRequests))
            return
        }
        if let networks = listeners[listener].access?.networks,
            !(client.value.peer.isUnix
                ? networks.admitsUnknown : networks.admits(EndpointAddress(client.value.peer)))
        {
            end(session, GatewayError(.denied))
            return
        }
        if let context = secured[listener] {
            client.value.tls = context.accept(on: port)
            guard client.value.tls.isActive else {
                handle.handshakes.addFailure(to: listener)
                end(session, GatewayError(.exhausted))
                return
            }
            client.value.phase = TCPPhase.handshake
            setDeadline(client, Limits.handshakeMilliseconds)
            shakeHands(session, client)
        } else if listeners[listener].names.areAsked {
            client.value.phase = TCPPhase.hello
            setDeadline(client, configuration.limits.requestHeadTimeout)
            readHello(session, client)
        } else {
            unsafe choose(session, client, name: UnsafeRawBufferPointer(start: nil, count: 0))
        }
    }

    /// Goes on with the client's handshake.
    mutating func shakeHands(_ session: Ref<TCPSession>, _ client: Ref<Connection>) {
        switch advanceHandshake(client) {
        case .waits: break
        case .plain, .failed:
            handle.handshakes.addFailure(to: Int(client.value.tag))
            end(session, GatewayError(.badHello))
        case .done:
            handle.handshakes.add(client.value.tls, to: Int(client.value.tag))
            unsafe choose(session, client, name: client.value.tls.serverName)
        }
    }

    /// Looks for the name in the client's hello, which stays unread.
    mutating func readHello(_ session: Ref<TCPSession>, _ client: Ref<Connection>) {
        guard client.value.readiness.contains(.readable) else {
            if client.value.readiness.contains(.broken) { end(session, GatewayError(.clientGone)) }
            return
        }
        let area = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<ClientHello.limit])
        guard case .bytes(let count) = unsafe Socket.peek(client.value.fd, into: area) else {
            client.value.readiness.remove(.readable)
            if !client.value.readiness.isDisjoint(with: [.broken, .peerClosed]) {
                end(session, GatewayError(.clientGone))
            }
            return
        }
        let name = unsafe pathMemory.bytes
        switch unsafe ClientHello.parse(UnsafeRawBufferPointer(rebasing: area[..<count]), name: name) {
        case .complete(let hello):
            unsafe choose(session, client, name: UnsafeRawBufferPointer(rebasing: name[..<hello.nameCount]))
        case .incomplete where !client.value.readiness.contains(.peerClosed):
            client.value.readiness.remove(.readable)
        case .incomplete, .rejected: end(session, GatewayError(.badHello))
        }
    }

    /// Finds the service of a client that asks for `name`.
    private mutating func choose(_ session: Ref<TCPSession>, _ client: Ref<Connection>, name: UnsafeRawBufferPointer) {
        let listener = Int(client.value.tag)
        let count = unsafe HostName.normalize(name, into: hostMemory.bytes)
        guard count >= 0 else {
            end(session, GatewayError(.badHello))
            return
        }
        let normal = unsafe UnsafeRawBufferPointer(hostMemory.prefix(count))
        if log != nil, count > 0 {
            session.value.name = pool.take(count)
            unsafe session.value.name.append(normal)
        }
        session.value.target = unsafe listeners[listener].names.target(of: normal)
        client.value.phase = TCPPhase.connecting
        guard session.value.target >= 0 else {
            sayUnknownName(client)
            end(session, GatewayError(.unknownName))
            return
        }
        setDeadline(client, 0)
        connect(session, client)
    }

    /// The alert that there is nobody of that name (RFC 6066 §3), in the clear, as the first thing that is said.
    private mutating func sayUnknownName(_ client: Ref<Connection>) {
        guard !client.value.tls.isActive else { return }
        // What lies unread would have the close destroy the alert on its way.
        _ = unsafe Socket.receive(client.value.fd, into: scratch.bytes)
        let alert: StaticString = "\u{15}\u{3}\u{1}\u{0}\u{2}\u{2}\u{70}"
        _ = unsafe Socket.send(client.value.fd, alert.octets)
    }
}

extension SocketAddress {
    /// As a PROXY header tells it; an IPv4-mapped address becomes IPv4, so that one client has one address.
    init(proxied address: ProxiedAddress) {
        self.init(high: address.high, low: address.low, port: address.port, isIPv6: address.isIPv6)
        // ::ffff:a.b.c.d, in the memory order of a little-endian machine.
        if isIPv6, high == 0, low & 0xffff_ffff == 0xffff_0000 {
            high = low >> 32
            low = 0
            isIPv6 = false
        }
    }
}
