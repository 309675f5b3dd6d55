internal import Reactor
internal import Routing
internal import Wire

/// Whom a request is from: what limits, lists, hashes, stickiness and logs go by (``Exchange/clientAddress``).
extension Worker {
    /// Notes who asks.
    mutating func findClient(
        _ exchange: Ref<Exchange>, _ client: Ref<Connection>, _ bytes: UnsafeRawBufferPointer
    ) {
        let found = unsafe ForwardedClient(
            peer: client.value.peer, source: configuration.clientAddressField, trusted: trustedProxies, fields: fields,
            count: requestHead.fieldCount, bytes)
        exchange.value.clientAddress = found.address
        exchange.value.isTrusted = found.isTrusted
        isClientNamed = found.isNamed
    }

    /// Whether what this peer says of the client is believed.
    func trusts(_ peer: SocketAddress) -> Bool { ForwardedClient.trusts(peer, trustedProxies) }

    /// Whether the client asked over https: of the edge, or of a trusted proxy that says so.
    func isSecure(_ exchange: Ref<Exchange>, at listener: Int, _ bytes: UnsafeRawBufferPointer) -> Bool {
        if listeners[listener].isSecure { return true }
        guard exchange.value.isTrusted else { return false }
        return unsafe ForwardedClient.saysSecure(fields, count: requestHead.fieldCount, bytes)
    }
}
