internal import Reactor
internal import Routing
internal import Wire

/// Keys and cookies: which endpoint a request belongs to, and how a client comes to know it.
extension Worker {
    /// Takes from the request whose head `requestHead` describes what its service ties it to an endpoint by.
    mutating func noteAffinity(
        _ exchange: Ref<Exchange>, _ bytes: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer
    ) {
        let slot = Int(exchange.value.index)
        affinities.reserve(slot + 1)
        affinities[slot] = RequestAffinity()
        guard let affinity = table.affinity(of: Int(exchange.value.service)) else { return }
        if let source = affinity.source {
            affinities[slot].key = unsafe key(source, affinity, exchange, bytes, path: path)
        }
        guard !affinity.cookie.isEmpty else { return }
        exchange.value.isSticky = true
        let token = unsafe affinity.cookie.withUnsafeBytes { unsafe cookie($0, of: bytes) }
        affinities[slot].named = unsafe Int32(affinity.endpoint(of: token.bytes))
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

    // MARK: Parts of the request

    /// The hash of what the service is balanced by; 0 where the request has none.
    private func key(
        _ source: HashPolicy.Source, _ affinity: ServiceAffinity, _ exchange: Ref<Exchange>,
        _ bytes: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer
    ) -> UInt64 {
        switch source {
        case .source:
            let address = exchange.value.clientAddress
            return address.isUnix ? 0 : KeyHash.hash(high: address.high, low: address.low)
        case .header:
            for position in 0..<requestHead.fieldCount where fields[position].nameCount == affinity.name.count {
                let isMeant = unsafe affinity.name.withUnsafeBytes {
                    unsafe equalsFolded(name(of: fields[position], in: bytes), $0)
                }
                if isMeant { return unsafe hash(slice(bytes, fields[position].value)) }
            }
            return 0
        case .cookie: return unsafe affinity.name.withUnsafeBytes { unsafe hash(cookie($0, of: bytes)) }
        case .query:
            guard requestHead.hasQuery else { return 0 }
            let query = unsafe slice(bytes, requestHead.query)
            if affinity.name.isEmpty { return unsafe hash(query) }
            return unsafe affinity.name.withUnsafeBytes { unsafe hash(Self.member($0, of: query, separator: 38)) }
        case .path: return unsafe hash(path)
        case .uri:
            let first = unsafe hash(path)
            return requestHead.hasQuery
                ? unsafe KeyHash.hash(high: first, low: hash(slice(bytes, requestHead.query))) : first
        case .host:
            let count = unsafe HostName.normalize(slice(bytes, requestHead.host), into: hostMemory.bytes)
            return count > 0 ? unsafe hash(UnsafeRawBufferPointer(hostMemory.prefix(count))) : 0
        }
    }

    private func hash(_ value: UnsafeRawBufferPointer) -> UInt64 {
        unsafe value.isEmpty ? 0 : KeyHash.hash(value.bytes)
    }

    /// The value of the first cookie called `name` (RFC 6265 §4.2.1), empty if there is none.
    private func cookie(_ name: UnsafeRawBufferPointer, of bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        for position in 0..<requestHead.fieldCount where fields[position].name == .cookie {
            let value = unsafe Self.member(name, of: slice(bytes, fields[position].value), separator: 59)
            if unsafe !value.isEmpty { return unsafe value }
        }
        return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// The value of the first `name=value` in `list`, whose members end at `separator`; blanks around members do not count.
    static func member(
        _ name: UnsafeRawBufferPointer, of list: UnsafeRawBufferPointer, separator: UInt8
    ) -> UnsafeRawBufferPointer {
        var start = 0
        while start < list.count {
            while start < list.count, unsafe list[start] == 32 || list[start] == 9 { start += 1 }
            var end = start
            while end < list.count, unsafe list[end] != separator { end += 1 }
            let value = start + name.count + 1
            if value <= end, unsafe list[value - 1] == UInt8(ascii: "="),
                unsafe name.elementsEqual(list[start..<value - 1])
            {
                var last = end
                while last > value, unsafe list[last - 1] == 32 || list[last - 1] == 9 { last -= 1 }
                return unsafe UnsafeRawBufferPointer(rebasing: list[value..<last])
            }
            start = end + 1
        }
        return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    }
}
