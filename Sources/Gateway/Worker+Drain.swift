internal import HTTP2
internal import Reactor
internal import Synchronization

/// A worker's end.
extension Worker {
    /// Begins to drain; an order that comes later may only make it shorter.
    mutating func drain(_ order: DrainOrder) {
        if drainDeadline == 0 {
            drainDeadline = max(1, order.deadline)
            leave(order.handedOver)
        } else {
            drainDeadline = max(1, min(drainDeadline, order.deadline))
            guard order.idleMilliseconds < drainIdle else { return }
        }
        drainIdle = order.idleMilliseconds
        for index in 0..<Int32(connections.capacity) {
            let connection = connections[index]
            guard connection.value.kind == Kind.client else { continue }
            if connection.value.phase == ClientPhase.idle { setDeadline(connection, drainIdle) }
            if connection.value.phase == ClientPhase.session {
                http2.shutdownNotice(connection.value.session)
                markDirty(connection)
                setDeadline(connection, Limits.drainIdleMilliseconds)
            }
        }
    }

    /// Leaves at once the sockets that others go on with, those of `handedOver` and a supervisor's; at the others no
    /// handshake begins any more, and what has begun is waited for: closing a socket resets what is on its way to it.
    private mutating func leave(_ handedOver: Set<Int>) {
        for index in 0..<sockets.count {
            if handedOver.contains(sockets[index].listener) || sockets[index].ending == .leave {
                forget(index)
            } else {
                Socket.refuseHandshakes(sockets[index].fd)
                listenDeadline = now + Limits.listenerGraceNanoseconds
            }
        }
    }

    /// Takes a socket out of the loop: an event of it may still be on its way, and the number be another's by then.
    private mutating func forget(_ index: Int) {
        // Closing does not do it where another process has the socket too.
        poller.remove(sockets[index].fd)
        if !sockets[index].isShared, sockets[index].ending == .close { Socket.close(sockets[index].fd) }
        sockets[index].fd = -1
    }

    /// Accepts what is there and listens no more.
    private mutating func stopListening() {
        listenDeadline = 0
        for index in 0..<sockets.count where sockets[index].fd >= 0 {
            for _ in 0..<Limits.acceptsPerTurn where !accept(at: index) { break }
            if sockets[index].ending == .stop { Socket.stopListening(sockets[index].fd) }
            forget(index)
        }
    }

    /// One turn of a drain; true when the worker has nothing left to do.
    mutating func drainStep() -> Bool {
        if listenDeadline > 0, now >= min(listenDeadline, drainDeadline) { stopListening() }
        if clientCount > 0 || listenDeadline > 0, now < drainDeadline { return false }
        cutTCP()
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
