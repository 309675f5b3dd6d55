internal import Reactor
internal import Routing
internal import Wire

/// How often a client may ask, and how many connections it may have.
extension Worker {
    /// What a bucket is of, beside the client: no two owners have the same.
    enum RateScope {
        static let listener: UInt64 = 1 << 32
        static let connection: UInt64 = 2 << 32
        /// Routes and services share one numbering (``RouteRecord/statisticsSlot``).
        static let table: UInt64 = 3 << 32
    }

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
        var hash = KeyedHash(key: handle.limits.key)
        hash.take(scope)
        switch rate.kind {
        case .everyone: break
        case .address: Self.take(exchange.value.clientAddress, into: &hash)
        case .header: unsafe takeField(rate.name, of: bytes, into: &hash)
        case .cookie: unsafe takeCookie(rate.name, of: bytes, into: &hash)
        }
        let wait = handle.limits.rates.admit(hash.finish().0, rule, now: now)
        guard wait > 0 else { return true }
        retryAfter = wait
        return refuse(exchange, GatewayError(.tooManyRequests))
    }

    /// An address, of IPv6 the /64: what is one subscriber's to choose from is one client.
    private static func take(_ address: SocketAddress, into hash: inout KeyedHash) {
        hash.take(address.high)
        hash.take(address.isUnix ? 2 : address.isIPv6 ? 1 : 0)
    }

    private func takeField(_ wanted: [UInt8], of bytes: UnsafeRawBufferPointer, into hash: inout KeyedHash) {
        for position in 0..<requestHead.fieldCount {
            let name = unsafe name(of: fields[position], in: bytes)
            guard name.count == wanted.count,
                unsafe wanted.withUnsafeBytes({ unsafe equalsFolded(name, $0) })
            else { continue }
            unsafe hash.take(slice(bytes, fields[position].value))
            // The end of one line is not the middle of another.
            hash.take(UInt64(fields[position].valueCount))
        }
    }

    private func takeCookie(_ wanted: [UInt8], of bytes: UnsafeRawBufferPointer, into hash: inout KeyedHash) {
        for position in 0..<requestHead.fieldCount where fields[position].name == .cookie {
            guard let value = unsafe Cookies.value(of: wanted, in: slice(bytes, fields[position].value)) else {
                continue
            }
            unsafe hash.take(value)
            return
        }
    }

    // MARK: - Connections

    /// Whether a new connection of the client's address may stay; a trusted proxy's always may, for it brings many clients'.
    mutating func admitsConnection(_ client: Ref<Connection>, at listener: Int) -> Bool {
        let peer = client.value.peer
        if trusts(peer) { return true }
        if let rule = listeners[listener].connectionRule {
            var hash = KeyedHash(key: handle.limits.key)
            hash.take(RateScope.connection | UInt64(listener))
            Self.take(peer, into: &hash)
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
        Self.take(client.value.peer, into: &hash)
        return hash.finish().0
    }
}
