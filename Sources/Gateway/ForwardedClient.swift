internal import Reactor
internal import Routing
internal import Wire

/// Whom a request is from: the connection's peer, or, where that is a trusted proxy, whom it names.
struct ForwardedClient {
    /// What limits, lists, hashes, stickiness and logs go by.
    private(set) var address: SocketAddress
    /// The peer is a trusted proxy.
    private(set) var isTrusted = false
    /// It has said anything of the client.
    private(set) var isNamed = false

    /// The client of a request of `peer`, whose head has the first `count` of `fields`.
    ///
    /// The list is walked from its end: as long as the address that we have is a trusted proxy's, the element before it was
    /// written by that proxy. What no proxy of ours has written is not looked at, whatever it says. An element that is no
    /// address (`unknown`, an obfuscated name) ends the walk at the proxy that wrote it.
    init(
        peer: SocketAddress, source: ClientAddressField, trusted: NetworkTable?, fields: FieldTable, count: Int,
        _ bytes: UnsafeRawBufferPointer
    ) {
        address = peer
        guard Self.trusts(peer, trusted) else { return }
        isTrusted = true
        let name: HeaderName =
            switch source {
            case .xForwardedFor: .xForwardedFor
            case .forwarded: .forwarded
            case .xRealIP: .xRealIP
            }
        var elements = ForwardedElements()
        for position in 0..<count where fields[position].name == name {
            unsafe elements.add(fields[position].value, of: bytes)
        }
        isNamed = elements.count > 0
        for distance in 0..<elements.count {
            let element = elements.fromLast(distance)
            let node =
                unsafe source == .forwarded ? ForwardedElements.node(element, of: bytes) : element
            guard let node,
                let named = unsafe ForwardedAddress(
                    UnsafeRawBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.end)]))
            else { return }
            address = SocketAddress(high: named.high, low: named.low, port: 0, isIPv6: named.isIPv6)
            guard source != .xRealIP, Self.trusts(address, trusted) else { return }
        }
    }

    /// Whether what this peer says of the client is believed.
    static func trusts(_ peer: SocketAddress, _ trusted: NetworkTable?) -> Bool {
        if peer.isUnix { return true }
        guard let trusted else { return false }
        return trusted.verdict(on: EndpointAddress(peer)) == .allowed
    }

    /// Whether a proxy says that the client came by https.
    static func saysSecure(_ fields: FieldTable, count: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        for position in 0..<count where fields[position].name == .xForwardedProto {
            let range = fields[position].value
            let value = unsafe UnsafeRawBufferPointer(rebasing: bytes[Int(range.start)..<Int(range.end)])
            let https: StaticString = "https"
            guard value.count == 5 else { return false }
            return unsafe zip(value, https.octets).allSatisfy { $0 | 32 == $1 }
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
