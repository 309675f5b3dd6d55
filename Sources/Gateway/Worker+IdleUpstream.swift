internal import Reactor

/// Connections to endpoints that wait for their next request, most recently used first.
extension Worker {
    mutating func linkIdle(_ upstream: Ref<Connection>, slot: Int, timeout: UInt32) {
        upstream.value.phase = UpstreamPhase.idle
        ConnectionList.push(upstream, at: &pools[slot].idleHead, in: connections)
        pools[slot].idleCount += 1
        idleConnections += 1
        setDeadline(upstream, timeout)
    }

    mutating func unlinkIdle(_ upstream: Ref<Connection>, slot: Int) {
        ConnectionList.remove(upstream, from: &pools[slot].idleHead, in: connections)
        pools[slot].idleCount -= 1
        idleConnections -= 1
    }

    /// Closes an idle connection.
    mutating func dropIdle(_ upstream: Ref<Connection>) {
        if upstream.value.phase == UpstreamPhase.idle { unlinkIdle(upstream, slot: Int(upstream.value.tag)) }
        release(upstream)
    }
}
