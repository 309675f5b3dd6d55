internal import Reactor
internal import Routing

/// What requests meet at endpoints, and which of these leave the rotation for it.
extension Worker {
    /// Counts a failure of the exchange's endpoint.
    mutating func note(_ error: GatewayError, _ exchange: Ref<Exchange>) {
        guard error.side == .upstream, exchange.value.isCounted,
            let table = holds[exchange.value.hold].value.table
        else { return }
        let endpoint = Int(exchange.value.endpoint)
        let isStale = error.kind == .refusedStream || (error.kind == .reset && exchange.value.isReused)
        guard !isStale else { return }
        handle.endpointCells.add(1, to: .failures, of: Int(table.endpoints[endpoint].slot))
        if error.isUnreachable { table.suspend(endpoint, now: now) }
        let service = Int(exchange.value.service)
        let traits = table.services[service].traits
        if traits.contains(.measured), error.kind == .answerTimeout || error.kind == .tryTimeout {
            noteLatency(exchange, table)
        }
        guard traits.contains(.outlier) else { return }
        let isError =
            error.answeredStatus > 0
            ? table.isError(error.answeredStatus, service: service) : error.isOutlierError
        guard isError else { return }
        let until = table.noteError(of: endpoint, service: service, now: now)
        if until > 0 { tellEjection(table, exchange, until: until, status: error.answeredStatus, label: error.label) }
    }

    /// Counts an answer of the exchange's endpoint that the client gets.
    @inline(__always)
    mutating func noteAnswer(_ exchange: Ref<Exchange>, status: UInt16) {
        guard exchange.value.endpoint >= 0, let table = holds[exchange.value.hold].value.table else { return }
        if table.services[Int(exchange.value.service)].traits.contains(.measured) { noteLatency(exchange, table) }
        let until = table.note(
            status: status, of: Int(exchange.value.endpoint), service: Int(exchange.value.service), now: now)
        if until > 0 { tellEjection(table, exchange, until: until, status: status, label: "answered") }
    }

    /// Has the prober know of an endpoint that has left: it brings it back, and tells.
    private func tellEjection(
        _ table: RoutingTable, _ exchange: Ref<Exchange>, until: UInt64, status: UInt16, label: StaticString
    ) {
        tellEjection(
            table, endpoint: Int(exchange.value.endpoint), service: Int(exchange.value.service), until: until,
            status: status, label: label)
    }

    func tellEjection(
        _ table: RoutingTable, endpoint: Int, service: Int, until: UInt64, status: UInt16 = 0, label: StaticString
    ) {
        handle.prober.post(
            .ejected(
                Ejection(
                    state: table.states[endpoint],
                    service: table.serviceStates[service], until: until, status: status,
                    label: label)))
    }
}
