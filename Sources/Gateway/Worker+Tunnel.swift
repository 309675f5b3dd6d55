internal import Reactor
internal import Routing
internal import Wire

/// Tunnels: after a 101 both sides speak as they like, and octets pass unread (RFC 9110 §7.8).
extension Worker {
    mutating func beginTunnel(_ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ upstream: Ref<Connection>) {
        exchange.value.isTunnel = true
        handle.tunnelsBegun.addAlone(1)
        exchange.value.hasAnswered = true
        exchange.value.status = 101
        exchange.value.keepsClient = false
        exchange.value.keepsUpstream = false
        pool.give(&exchange.value.outbound)
        exchange.value.outboundSent = 0
        setDeadline(client, exchange.value.timeouts.tunnel)
        setDeadline(upstream, exchange.value.timeouts.tunnel)
    }

    mutating func pumpTunnel(_ exchange: Ref<Exchange>) {
        let client = connections[exchange.value.client]
        let upstream = connections[exchange.value.upstream]
        for _ in 0..<Limits.readsPerTurn {
            let up = pump(exchange, from: client, to: upstream, ended: exchange.value.clientEnded)
            let down = pump(exchange, from: upstream, to: client, ended: exchange.value.upstreamEnded)
            if up == .ended, !exchange.value.clientEnded {
                exchange.value.clientEnded = true
                endWriting(upstream)
            }
            if down == .ended, !exchange.value.upstreamEnded {
                exchange.value.upstreamEnded = true
                endWriting(client)
            }
            let isOver = exchange.value.clientEnded && exchange.value.upstreamEnded
            if isOver || up == .broken || down == .broken {
                endTunnel(exchange)
                return
            }
            if up != .moved, down != .moved { return }
        }
        lookLater(client)
    }

    /// Tells the peer that nothing follows.
    private mutating func endWriting(_ connection: Ref<Connection>) {
        if connection.value.fd < 0 {
            end(connection)
            return
        }
        if connection.value.tls.isActive { sayGoodbye(connection) }
        // What is sealed and waits would be cut off; then the end of the tunnel says it.
        if connection.value.output.isEmpty { Socket.shutdownWrite(connection.value.fd) }
    }

    private enum Flow {
        case moved, waits, ended, broken
    }

    /// Moves one read's worth in one direction.
    private mutating func pump(
        _ exchange: Ref<Exchange>, from source: Ref<Connection>, to sink: Ref<Connection>, ended: Bool
    ) -> Flow {
        let wasHeldUp = !sink.value.output.isEmpty
        guard flush(sink) else { return sink.value.readiness.contains(.broken) ? .broken : .waits }
        // In place of the write's deadline.
        if wasHeldUp { setDeadline(sink, exchange.value.timeouts.tunnel) }
        if ended { return .ended }
        var pieces = Pieces()
        if !source.value.input.isEmpty {
            unsafe pieces.append(UnsafeRawBufferPointer(source.value.input.bytes))
            move(pieces, exchange, source, sink)
            if source.value.kind == Kind.clientStream { consume(pieces.count, of: source) }
            pool.give(&source.value.input)
            return .moved
        }
        if source.value.fd < 0, source.value.flags & StreamFlags.inputEnded != 0 { return .ended }
        guard source.value.readiness.contains(.readable) else {
            return source.value.readiness.contains(.broken) ? .broken : .waits
        }
        switch unsafe receive(source, into: scratch.bytes) {
        case .bytes(let count):
            unsafe pieces.append(UnsafeRawBufferPointer(scratch.prefix(count)))
            move(pieces, exchange, source, sink)
            return .moved
        case .wouldBlock: return .waits
        case .ended: return .ended
        case .failed: return .broken
        }
    }

    private mutating func move(
        _ pieces: Pieces, _ exchange: Ref<Exchange>, _ source: Ref<Connection>, _ sink: Ref<Connection>
    ) {
        if source.value.index == exchange.value.client {
            exchange.value.bytesIn += UInt64(pieces.count)
        } else {
            exchange.value.bytesOut += UInt64(pieces.count)
        }
        send(pieces, to: sink)
        setDeadline(source, exchange.value.timeouts.tunnel)
        setDeadline(sink, exchange.value.timeouts.tunnel)
    }

    mutating func endTunnel(_ exchange: Ref<Exchange>) {
        let client = connections[exchange.value.client]
        detach(exchange, keep: false)
        conclude(exchange)
        closeClient(client)
    }
}
