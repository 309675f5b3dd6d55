internal import Reactor

/// Connections to endpoints that wait for their next request, most recently used first.
extension Worker {
    mutating func linkIdle(_ upstream: Ref<Connection>, slot: Int, timeout: UInt32) {
        upstream.value.phase = UpstreamPhase.idle
        let first = pools[slot].idleHead
        upstream.value.listPrevious = -1
        upstream.value.listNext = first
        if first >= 0 { connections[first].value.listPrevious = upstream.value.index }
        pools[slot].idleHead = upstream.value.index
        pools[slot].idleCount += 1
        setDeadline(upstream, timeout)
    }

    mutating func unlinkIdle(_ upstream: Ref<Connection>, slot: Int) {
        let previous = upstream.value.listPrevious
        let next = upstream.value.listNext
        if previous >= 0 {
            connections[previous].value.listNext = next
        } else {
            pools[slot].idleHead = next
        }
        if next >= 0 { connections[next].value.listPrevious = previous }
        upstream.value.listPrevious = -1
        upstream.value.listNext = -1
        pools[slot].idleCount -= 1
    }

    /// Closes an idle connection.
    mutating func dropIdle(_ upstream: Ref<Connection>) {
        if upstream.value.phase == UpstreamPhase.idle { unlinkIdle(upstream, slot: Int(upstream.value.tag)) }
        if upstream.value.session >= 0, upstream.value.kind == Kind.upstream {
            endSession(upstream, GatewayError(.reset))
        } else {
            release(upstream)
        }
    }
}
