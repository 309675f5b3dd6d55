internal import Reactor
internal import Routing
internal import Wire

/// Keys and cookies: which endpoint a request belongs to, and how a client comes to know it.
extension Worker {
    /// Takes from the request whose head `requestHead` describes what its service ties it to an endpoint by.
    mutating func noteAffinity(
        _ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer, host: UnsafeRawBufferPointer,
        path: UnsafeRawBufferPointer
    ) {
        let slot = Int(exchange.value.index)
        affinities.reserve(slot + 1)
        affinities[slot] = RequestAffinity()
        guard let affinity = table.affinity(of: Int(exchange.value.service)) else { return }
        let fieldSpan = unsafe UnsafeBufferPointer(start: fields.base, count: requestHead.fieldCount).span
        if affinity.source != nil {
            let address = exchange.value.clientAddress
            affinities[slot].key = unsafe affinity.key(
                client: address.isUnix ? nil : (address.high, address.low), host: host.bytes, path: path.bytes,
                query: slice(bytes, requestHead.query).bytes, hasQuery: requestHead.hasQuery, head: bytes.bytes,
                fields: fieldSpan)
        }
        guard !affinity.cookie.isEmpty else { return }
        exchange.value.isSticky = true
        affinities[slot].named = unsafe Int32(affinity.named(head: bytes.bytes, fields: fieldSpan))
    }

    /// What the choice of an endpoint for the exchange's next try goes by.
    mutating func endpointChoice(for exchange: Ref<Exchange>, in table: RoutingTable) -> EndpointChoice {
        var choice = EndpointChoice(random: random.next(), now: now, tried: exchange.value.tried)
        if table.services[Int(exchange.value.service)].traits.contains(.keyed) {
            choice.key = affinities[Int(exchange.value.index)].key
        }
        return choice
    }

    /// The endpoint that the exchange's client was told to come back to; -1 if there is none, or it may not.
    func endpointToStay(_ exchange: Ref<Exchange>, in table: RoutingTable, _ choice: EndpointChoice) -> Int {
        guard exchange.value.isSticky else { return -1 }
        let named = Int(affinities[Int(exchange.value.index)].named)
        return named >= 0 && table.mayStay(at: named, of: Int(exchange.value.service), choice) ? named : -1
    }

    /// Notes how long the exchange's endpoint has let wait, where its service is balanced by that.
    func noteLatency(_ exchange: Ref<Exchange>, _ table: RoutingTable) {
        guard exchange.value.sent > 0, exchange.value.endpoint >= 0 else { return }
        // What the client took to send its body is not the endpoint's.
        let since = exchange.value.sent &+ exchange.value.waited
        table.states[Int(exchange.value.endpoint)].observe(latency: now > since ? now - since : 1, now: now)
    }

    /// Puts the cookie that names the exchange's endpoint into the answer's head, unless the client has it already.
    mutating func writeStickyLine(_ exchange: Ref<Exchange>, at listener: Int) {
        let endpoint = exchange.value.endpoint
        guard endpoint >= 0, endpoint != affinities[Int(exchange.value.index)].named,
            let affinity = holds[exchange.value.hold].value.table?.affinity(of: Int(exchange.value.service))
        else { return }
        let room = affinity.lineStart.count + ServiceAffinity.tokenCount + affinity.lineEnd.count + 16
        pool.reserve(room, in: &head)
        unsafe affinity.lineStart.withUnsafeBytes { unsafe head.append($0) }
        let token = affinity.token(of: Int(endpoint))
        head.append(hexadecimalOf: UInt32(truncatingIfNeeded: token.high >> 32))
        head.append(hexadecimalOf: UInt32(truncatingIfNeeded: token.high))
        head.append(hexadecimalOf: UInt32(truncatingIfNeeded: token.low >> 32))
        head.append(hexadecimalOf: UInt32(truncatingIfNeeded: token.low))
        unsafe affinity.lineEnd.withUnsafeBytes { unsafe head.append($0) }
        if affinity.isSecure ?? listeners[listener].isSecure { head.append("; Secure") }
        head.append("\r\n")
    }
}
