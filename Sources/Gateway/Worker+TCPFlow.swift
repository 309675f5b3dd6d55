internal import Reactor
internal import Routing
internal import Wire

/// TCP sessions: octets pass both ways, through a pipe where both sides are plain and there is much of them.
///
/// Each direction ends for itself: what one side has said is delivered to its end, then the other is told that nothing
/// follows, and may go on speaking.
extension Worker {
    private enum FlowStep {
        case moved, waits, ended, sourceBroken, sinkBroken
    }

    /// Moves what there is to move, up to a turn's share.
    mutating func relay(_ session: Ref<TCPSession>) {
        let client = connections[session.value.client]
        let upstream = connections[session.value.upstream]
        // The endpoint's connection is not up: what the client does meanwhile waits.
        guard client.value.phase == TCPPhase.flowing else { return }
        var hasMoved = false
        for _ in 0..<Limits.relayRoundsPerTurn {
            let up = step(&session.value.up, from: client, to: upstream)
            let down = step(&session.value.down, from: upstream, to: client)
            switch (up, down) {
            case (.sourceBroken, _), (_, .sinkBroken):
                end(session, GatewayError(.clientGone))
                return
            case (.sinkBroken, _), (_, .sourceBroken):
                end(session, GatewayError(.reset))
                return
            default: break
            }
            if down == .moved, session.value.firstByte == 0 { session.value.firstByte = now }
            if session.value.up.isShut, session.value.down.isShut {
                end(session)
                return
            }
            guard up == .moved || down == .moved else {
                if hasMoved { setDeadline(client, session.value.timeouts.tunnel) }
                count(session)
                return
            }
            hasMoved = true
        }
        setDeadline(client, session.value.timeouts.tunnel)
        count(session)
        lookLater(client)
    }

    /// Moves one read's worth in one direction.
    private mutating func step(
        _ flow: inout RelayFlow, from source: Ref<Connection>, to sink: Ref<Connection>
    ) -> FlowStep {
        if flow.isShut { return .ended }
        if flow.pipe.count > 0 { return drain(&flow, to: sink) }
        guard flush(sink) else { return sink.value.readiness.contains(.broken) ? .sinkBroken : .waits }
        if flow.hasEnded { return finish(&flow, sink) }
        if !source.value.input.isEmpty {
            // Behind a handshake.
            var pieces = Pieces()
            unsafe pieces.append(UnsafeRawBufferPointer(source.value.input.bytes))
            flow.octets += UInt64(pieces.count)
            send(pieces, to: sink)
            pool.give(&source.value.input)
            return .moved
        }
        // Where the sink takes nothing, nothing is taken from the source.
        guard sink.value.readiness.contains(.writable) else {
            return sink.value.readiness.contains(.broken) ? .sinkBroken : .waits
        }
        guard source.value.readiness.contains(.readable) else {
            return source.value.readiness.contains(.broken) ? .sourceBroken : .waits
        }
        if flow.isStreaming, !flow.isCopied {
            if !flow.pipe.isOpen { flow.pipe = relayPipes.take() }
            if flow.pipe.isOpen { return fill(&flow, from: source, to: sink) }
        }
        return copy(&flow, from: source, to: sink)
    }

    /// Copies what there is: a small message costs a read and a write and no pipe.
    private mutating func copy(
        _ flow: inout RelayFlow, from source: Ref<Connection>, to sink: Ref<Connection>
    ) -> FlowStep {
        let isPlain = !source.value.tls.isActive && !sink.value.tls.isActive
        // Records are opened into all of the room that there is.
        let room = isPlain ? Limits.relayCopyBytes : Limits.stashBytes + Limits.readBytes
        let area = unsafe UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<room])
        switch unsafe receive(source, into: area) {
        case .bytes(let count):
            var pieces = Pieces()
            unsafe pieces.append(UnsafeRawBufferPointer(rebasing: area[..<count]))
            flow.octets += UInt64(count)
            flow.burst += count
            if isPlain, count == room { flow.isStreaming = true }
            send(pieces, to: sink)
            return .moved
        case .wouldBlock:
            flow.burst = 0
            return .waits
        case .ended:
            flow.hasEnded = true
            return finish(&flow, sink)
        case .failed: return .sourceBroken
        }
    }

    /// Takes into the empty pipe what the source has, and gives to the sink what it takes.
    ///
    /// That the pipe is empty tells what would otherwise be in doubt: nothing was moved because nothing is there.
    private mutating func fill(
        _ flow: inout RelayFlow, from source: Ref<Connection>, to sink: Ref<Connection>
    ) -> FlowStep {
        switch Socket.splice(from: source.value.fd, to: flow.pipe.writeEnd, count: Limits.relayPipeBytes) {
        case .bytes(let count):
            flow.pipe.count = count
            flow.octets += UInt64(count)
            flow.burst += count
            return drain(&flow, to: sink)
        case .wouldBlock:
            source.value.readiness.remove(.readable)
            relayPipes.give(&flow.pipe)
            if flow.burst < Limits.relayCopyBytes { flow.isStreaming = false }
            flow.burst = 0
            return source.value.readiness.contains(.broken) ? .sourceBroken : .waits
        case .ended:
            source.value.readiness.remove(.readable)
            source.value.readiness.insert(.peerClosed)
            relayPipes.give(&flow.pipe)
            flow.hasEnded = true
            return finish(&flow, sink)
        case .failed(let code):
            relayPipes.give(&flow.pipe)
            guard code == Self.cannotSplice else { return .sourceBroken }
            flow.isCopied = true
            return copy(&flow, from: source, to: sink)
        }
    }

    /// EINVAL: the kernel has no way to do it.
    private static var cannotSplice: Int32 { 22 }

    /// Gives to the sink what is in the pipe.
    private mutating func drain(_ flow: inout RelayFlow, to sink: Ref<Connection>) -> FlowStep {
        guard sink.value.readiness.contains(.writable) else {
            return sink.value.readiness.contains(.broken) ? .sinkBroken : .waits
        }
        switch Socket.splice(from: flow.pipe.readEnd, to: sink.value.fd, count: flow.pipe.count) {
        case .bytes(let count):
            flow.pipe.count -= count
            return .moved
        case .wouldBlock:
            sink.value.readiness.remove(.writable)
            return sink.value.readiness.contains(.broken) ? .sinkBroken : .waits
        case .ended, .failed: return .sinkBroken
        }
    }

    /// Tells the sink that nothing follows, once all before it has left.
    private mutating func finish(_ flow: inout RelayFlow, _ sink: Ref<Connection>) -> FlowStep {
        if sink.value.tls.isActive, !flow.saidGoodbye {
            flow.saidGoodbye = true
            sayGoodbye(sink)
        }
        guard flush(sink) else { return sink.value.readiness.contains(.broken) ? .sinkBroken : .waits }
        Socket.shutdownWrite(sink.value.fd)
        flow.isShut = true
        return .ended
    }
}
