internal import Reactor
internal import Routing
internal import Wire

/// Who may make a request, and over what: asked of the listener, the route and the service, in this order; each by itself
/// may refuse.
extension Worker {
    /// Whether the listener lets the request in; false when it was answered.
    mutating func listenerAdmits(
        _ exchange: Ref<Exchange>, at listener: Int, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        guard let access = listeners[listener].access else { return true }
        guard isWelcome(exchange, access) else { return refuse(exchange, GatewayError(.denied)) }
        guard let rate = access.rate else { return true }
        return unsafe isInRate(exchange, rate, of: RateScope.listener | UInt64(listener), bytes)
    }

    /// Whether a route or service lets the request in that not everybody may use; false when it was answered.
    ///
    /// - Parameter host: in the form that tables are keyed by; empty if there is none.
    mutating func admits(
        _ exchange: Ref<Exchange>, _ access: CompiledAccess, host: UnsafeRawBufferPointer,
        path: UnsafeRawBufferPointer, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        guard isWelcome(exchange, access) else { return refuse(exchange, GatewayError(.denied)) }
        if let https = access.https, https != .both {
            return unsafe isOverRightScheme(exchange, https, host: host, path: path, bytes)
        }
        return true
    }

    private func isWelcome(_ exchange: Ref<Exchange>, _ access: CompiledAccess) -> Bool {
        let address = exchange.value.clientAddress
        return access.welcomes(address.isUnix ? nil : EndpointAddress(address))
    }

    private mutating func isOverRightScheme(
        _ exchange: Ref<Exchange>, _ https: HTTPSPolicy, host: UnsafeRawBufferPointer, path: UnsafeRawBufferPointer,
        _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        let listener = Int(connections[exchange.value.client].value.tag)
        let isSecure = unsafe isSecure(exchange, at: listener, bytes)
        let judgement = unsafe https.judge(
            isSecure: isSecure, hasSecureListener: hasSecureListener,
            isChallenge: startsWith(path, Self.challengePath), hasHost: !host.isEmpty)
        switch judgement {
        case .passes: return true
        case .plainOnly: return refuse(exchange, GatewayError(.plainOnly))
        case .secureOnly: return refuse(exchange, GatewayError(.secureOnly))
        case .lacksHost: return refuse(exchange, GatewayError(.badRequest, rejection: .missingHost))
        case .redirects:
            unsafe answerRedirectToHTTPS(exchange, host: host, bytes)
            return false
        }
    }

    /// Where authorities of certificates ask over plain http (RFC 8555 §8.3).
    static var challengePath: StaticString { "/.well-known/acme-challenge/" }

    mutating func refuse(_ exchange: Ref<Exchange>, _ error: GatewayError) -> Bool {
        exchange.value.failure = error
        // Whoever sends one malformed request is not trusted with the next.
        if error.kind == .badRequest { exchange.value.keepsClient = false }
        answer(exchange, error)
        return false
    }
}
