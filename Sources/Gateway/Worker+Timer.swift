internal import HTTP2
internal import Reactor
internal import Routing
internal import Synchronization

extension Worker {
    mutating func expireTimers() {
        while true {
            let index = wheel.expired(now: now, in: connections)
            guard index >= 0 else { return }
            let connection = connections[index]
            switch connection.value.kind {
            case Kind.client, Kind.clientStream: clientExpired(connection)
            default: upstreamExpired(connection)
            }
        }
    }

    private mutating func clientExpired(_ client: Ref<Connection>) {
        switch client.value.phase {
        case ClientPhase.idle:
            closeClient(client)
        case ClientPhase.head:
            reject(client, GatewayError(.headTimeout))
        case ClientPhase.exchange:
            let exchange = exchanges[client.value.exchange]
            if exchange.value.parking >= 0 {
                parkingExpired(exchange)
            } else if exchange.value.isTunnel {
                endTunnel(exchange)
            } else if !client.value.output.isEmpty || isBacklogged(client) {
                fail(exchange, GatewayError(.writeTimeout))
            } else if exchange.value.requestStage != .done {
                fail(exchange, GatewayError(.bodyTimeout))
            }
        case ClientPhase.session:
            sessionExpired(client)
        default:
            closeClient(client)
        }
    }

    private mutating func upstreamExpired(_ upstream: Ref<Connection>) {
        if upstream.value.kind == Kind.upstream, upstream.value.session >= 0 {
            let isUp = upstream.value.phase == UpstreamPhase.session
            endSession(upstream, GatewayError(isUp ? .reset : .connectTimeout))
            return
        }
        guard upstream.value.phase != UpstreamPhase.idle, upstream.value.exchange >= 0 else {
            dropIdle(upstream)
            return
        }
        let exchange = exchanges[upstream.value.exchange]
        if exchange.value.isTunnel {
            endTunnel(exchange)
        } else if upstream.value.phase == UpstreamPhase.connecting || upstream.value.phase == UpstreamPhase.handshake {
            fail(exchange, GatewayError(.connectTimeout))
        } else if exchange.value.hasAnswered {
            fail(exchange, GatewayError(.truncated))
        } else {
            fail(exchange, GatewayError(.answerTimeout))
        }
    }

    // MARK: - Draining

    mutating func beginDrain(_ deadline: UInt64) {
        guard drainDeadline == 0 else { return }
        drainDeadline = deadline
        for index in 0..<listeners.count {
            // What the kernel has already accepted for us is served: closing the socket would reset it.
            for _ in 0..<Limits.acceptsPerTurn where !accept(at: index) { break }
            if listeners[index].isShared {
                // The other workers have it too, so it is closed when all are gone; until then it refuses.
                poller.remove(listeners[index].fd)
                Socket.stopListening(listeners[index].fd)
            } else {
                Socket.close(listeners[index].fd)
            }
            // An event of the listener's may still be on its way, and the number be another's by then.
            listeners[index].fd = -1
        }
        for index in 0..<Int32(connections.capacity) {
            let connection = connections[index]
            guard connection.value.kind != 0 else { continue }
            if connection.value.kind == Kind.client, connection.value.phase == ClientPhase.idle {
                setDeadline(connection, Limits.drainIdleMilliseconds)
            }
            if connection.value.kind == Kind.client, connection.value.phase == ClientPhase.session {
                http2.shutdownNotice(connection.value.session)
                markDirty(connection)
                setDeadline(connection, Limits.drainIdleMilliseconds)
            }
        }
    }

    /// One turn of a drain; true when the worker has nothing left to do.
    mutating func drainStep() -> Bool {
        if clientCount > 0, now < drainDeadline { return false }
        for index in 0..<Int32(connections.capacity) {
            let connection = connections[index]
            guard connection.value.kind != 0 else { continue }
            if connection.value.kind == Kind.client, connection.value.phase != ClientPhase.idle { cut += 1 }
            release(connection)
        }
        handle.cut.store(cut, ordering: .relaxed)
        handle.connections.store(0, ordering: .relaxed)
        return true
    }
}
