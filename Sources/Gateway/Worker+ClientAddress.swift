internal import Reactor
internal import Routing
internal import Wire

/// Whom a request is from: what limits, lists, hashes, stickiness and logs go by (``Exchange/clientAddress``).
extension Worker {
    /// Notes who asks: the connection's peer, or, where that is a trusted proxy, whom it names.
    ///
    /// The list is walked from its end: as long as the address that we have is a trusted proxy's, the element before it was
    /// written by that proxy. What no proxy of ours has written is not looked at, whatever it says. An element that is no
    /// address (`unknown`, an obfuscated name) ends the walk at the proxy that wrote it.
    mutating func findClient(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ bytes: UnsafeRawBufferPointer
    ) {
        exchange.value.clientAddress = client.value.peer
        isClientNamed = false
        guard trusts(client.value.peer) else { return }
        exchange.value.isTrusted = true
        let source = configuration.clientAddressField
        let name: HeaderName =
            switch source {
            case .xForwardedFor: .xForwardedFor
            case .forwarded: .forwarded
            case .xRealIP: .xRealIP
            }
        var elements = ForwardedElements()
        for position in 0..<requestHead.fieldCount where fields[position].name == name {
            unsafe elements.add(fields[position].value, of: bytes)
        }
        isClientNamed = elements.count > 0
        for distance in 0..<elements.count {
            let element = elements.fromLast(distance)
            let node =
                unsafe source == .forwarded ? ForwardedElements.node(element, of: bytes) : element
            guard let node, let address = unsafe ForwardedAddress(slice(bytes, node)) else { return }
            exchange.value.clientAddress = SocketAddress(
                high: address.high, low: address.low, port: 0, isIPv6: address.isIPv6)
            guard source != .xRealIP, trusts(exchange.value.clientAddress) else { return }
        }
    }

    /// Whether what this peer says of the client is believed.
    func trusts(_ peer: SocketAddress) -> Bool {
        if peer.isUnix { return true }
        guard let trustedProxies else { return false }
        return trustedProxies.verdict(on: EndpointAddress(peer)) == .allowed
    }

    /// Whether the client asked over https: of the edge, or of a trusted proxy that says so.
    func isSecure(_ exchange: Ref<Exchange>, at listener: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        if listeners[listener].isSecure { return true }
        guard exchange.value.isTrusted else { return false }
        for position in 0..<requestHead.fieldCount where fields[position].name == .xForwardedProto {
            let value = unsafe slice(bytes, fields[position].value)
            let https: StaticString = "https"
            return unsafe value.count == 5 && equalsFolded(value, https.octets)
        }
        return false
    }
}

extension EndpointAddress {
    /// A peer's address, in the form that tables know.
    init(_ peer: SocketAddress) {
        self.init(high: peer.high, low: peer.low, port: peer.port, isIPv6: peer.isIPv6)
    }
}
