internal import Reactor
internal import Routing
internal import Wire

/// How often a client may ask, and how many connections it may have.
extension Worker {
    /// Whether the request may be made now, by the route's limit, or else the service's; false when it was answered.
    mutating func isInRate(
        _ exchange: Ref<Exchange>, _ route: RouteRecord, _ service: ServiceRecord, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        guard let (rate, owner) = table.rate(of: route, service) else { return true }
        return unsafe isInRate(exchange, rate, of: RateScope.table | UInt64(UInt32(bitPattern: owner)), bytes)
    }

    /// Whether the request may be made now; false when it was answered.
    mutating func isInRate(
        _ exchange: Ref<Exchange>, _ rate: CompiledRate, of scope: UInt64, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        guard let rule = rate.rule else { return true }
        let all = unsafe UnsafeBufferPointer(start: fields.base, count: requestHead.fieldCount)
        let owner = unsafe rate.bucket(
            scope, client: exchange.value.clientAddress, fields: all, bytes, key: handle.limits.key)
        let wait = handle.limits.rates.admit(owner, rule, now: now)
        guard wait > 0 else { return true }
        retryAfter = wait
        return refuse(exchange, GatewayError(.tooManyRequests))
    }

    // MARK: - Connections

    /// Whether a new connection of the client's address may stay; a trusted proxy's always may, for it brings many clients'.
    mutating func admitsConnection(_ client: Ref<Connection>, at listener: Int) -> Bool {
        let peer = client.value.peer
        if trusts(peer) { return true }
        if let rule = listeners[listener].connectionRule {
            var hash = KeyedHash(key: handle.limits.key)
            hash.take(RateScope.connection | UInt64(listener))
            hash.take(client: peer)
            guard handle.limits.rates.admit(hash.finish().0, rule, now: now) == 0 else { return false }
        }
        let limit = listeners[listener].connectionsPerAddress
        guard limit > 0 else { return true }
        switch handle.limits.connections.add(connectionOwner(client), limit: limit) {
        case .counted:
            client.value.flags |= ClientFlags.counted
            return true
        case .full: return false
        case .untracked: return true
        }
    }

    /// The connection is no more.
    mutating func uncount(_ client: Ref<Connection>) {
        client.value.flags &= ~ClientFlags.counted
        handle.limits.connections.remove(connectionOwner(client))
    }

    private func connectionOwner(_ client: Ref<Connection>) -> UInt64 {
        var hash = KeyedHash(key: handle.limits.key)
        hash.take(UInt64(UInt32(bitPattern: client.value.tag)))
        hash.take(client: client.value.peer)
        return hash.finish().0
    }
}
