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
            case Kind.client, Kind.clientStream, Kind.asker: clientExpired(connection)
            case Kind.tcpClient, Kind.tcpUpstream: tcpExpired(connection)
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
                fail(exchange, GatewayError(overdue(exchange) ?? .bodyTimeout))
            }
        case ClientPhase.session:
            sessionExpired(client)
        case ClientPhase.handshake:
            handle.handshakes.addFailure(to: Int(client.value.tag))
            closeClient(client)
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
            // What a try may take was over before it was begun with.
            let kind = overdue(exchange)
            fail(exchange, GatewayError(kind == .requestTimeout ? .requestTimeout : .connectTimeout))
        } else if let kind = overdue(exchange) {
            fail(exchange, GatewayError(kind))
        } else if resumesPaced(exchange, upstream) {
            return
        } else if exchange.value.hasAnswered {
            fail(exchange, GatewayError(.truncated))
        } else {
            fail(exchange, GatewayError(.answerTimeout))
        }
    }
}
