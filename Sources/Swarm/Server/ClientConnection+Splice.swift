internal import NIOCore

/// Requests that go on to an engine.
extension ClientConnection {
    /// Glues the client to the engine's connection.
    func join(_ splice: Splice, _ engine: any Channel, _ number: Int) {
        guard case .exchange = phase, let exchange, exchange.number == number else {
            return engine.close(promise: nil)
        }
        guard !exchange.isBodyTouched || splice.body != nil else {
            engine.close(promise: nil)
            return answer(ManagerAnswer(RequestError(500, "the request's body has been read already")), number)
        }
        untime()
        let relay = SpliceRelay(splice, engine, of: self)
        phase = .splice(relay)
        let octets = pending
        pending = ByteBuffer()
        relay.start(exchange, pending: octets, hasClientEnded: inputEnded)
        readMore()
    }

    /// A splice has come to nothing before the client got an octet: it gets the reason.
    func leave(_ relay: SpliceRelay, _ error: RequestError) {
        guard case .splice(let current) = phase, current === relay, let exchange else { return }
        phase = .exchange
        // What the client has sent went to the engine, in part at least.
        exchange.isBroken = true
        answer(ManagerAnswer(error), exchange.number)
    }
}
