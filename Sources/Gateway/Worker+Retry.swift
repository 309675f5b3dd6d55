internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

/// Trying again: whether that is safe, whether the policy wants it, and whether the service's budget has it.
extension Worker {
    /// Sends the request of a try that has failed once more, to another endpoint; false where the client is to be told.
    mutating func retries(_ exchange: Ref<Exchange>, _ error: GatewayError, slot: Int, isPaid: Bool) -> Bool {
        guard isRepeatable(exchange, error) else { return false }
        let isStale = error.kind == .reset && exchange.value.isReused
        if isStale || error.kind == .refusedStream, exchange.value.staleTries < Limits.staleTries {
            // The endpoint closed an idle connection as the request was sent, or ended a session without having looked at
            // it: not its failure, and not a try.
            exchange.value.staleTries += 1
            exchange.value.wantsFreshConnection = true
        } else {
            guard wantsRetry(exchange, error), overdue(exchange) != .requestTimeout, isPaid || spendRetry(exchange)
            else {
                return false
            }
            exchange.value.triesMade += 1
            if slot >= 0 { exchange.value.tried.insert(slot) }
            exchange.value.wantsFreshConnection = false
        }
        if slot >= 0 { handle.endpointCells.add(1, to: .retries, of: slot) }
        noteTry(exchange, of: exchange, error)
        exchange.value.outboundSent = 0
        exchange.value.hasSentEnd = exchange.value.upstreamFraming != .chunked
        exchange.value.responseStage = .head
        exchange.value.isReused = false
        exchange.value.firstByte = 0
        forward(exchange)
        return true
    }

    /// Whether sending it again does nothing twice, and all of it is still at hand.
    private func isRepeatable(_ exchange: Ref<Exchange>, _ error: GatewayError) -> Bool {
        guard !exchange.value.hasLostBody else { return false }
        if error.isBeforeSending { return true }
        guard exchange.value.isReplayable else { return false }
        // Part of a body that has left us cannot be sent again.
        return !exchange.value.hasBody || (exchange.value.requestStage == .done && !exchange.value.outbound.isEmpty)
    }

    private func wantsRetry(_ exchange: Ref<Exchange>, _ error: GatewayError) -> Bool {
        !exchange.value.retries.causes.isDisjoint(with: error.retryCauses)
            && exchange.value.triesMade < exchange.value.retries.attempts
    }

    /// Takes a retry from the service's budget; false when it is used up.
    mutating func spendRetry(_ exchange: Ref<Exchange>, isHedge: Bool = false) -> Bool {
        guard let table = holds[exchange.value.hold].value.table else { return false }
        return spendRetry(of: Int(exchange.value.service), in: table, isHedge: isHedge)
    }

    /// Takes a retry from the budget of a service of `table`; false when it is used up.
    mutating func spendRetry(of service: Int, in table: RoutingTable, isHedge: Bool = false) -> Bool {
        let record = table.services[service]
        let state = table.serviceStates[service]
        if state.retryBudget.isDue(now: now) {
            var requests: UInt64 = 0
            for peer in peers { requests &+= peer.statisticsCells.requests(of: Int(record.statisticsSlot)) }
            state.retryBudget.fill(now: now, requests: requests, rate: record.retryBudget)
        }
        guard state.retryBudget.take() else {
            state.retriesDenied.add(1, ordering: .relaxed)
            return false
        }
        if isHedge {
            state.hedges.add(1, ordering: .relaxed)
        } else {
            state.retries.add(1, ordering: .relaxed)
        }
        return true
    }

    /// Drops an answer that tells of a failure for that of another endpoint; false where the client is to have it: the policy
    /// does not name its status, the request cannot be repeated, the budget is used up, or there is nobody else.
    mutating func triesElsewhere(_ exchange: Ref<Exchange>, status: UInt16) -> Bool {
        if exchange.value.partner >= 0 {
            // The other try is under way already.
            guard let error = GatewayError(answered: status),
                !exchange.value.retries.causes.isDisjoint(with: error.retryCauses)
            else { return false }
            fail(exchange, error)
            return true
        }
        guard let error = GatewayError(answered: status), wantsRetry(exchange, error), exchange.value.isReplayable,
            exchange.value.requestStage == .done, let table = holds[exchange.value.hold].value.table
        else { return false }
        var tried = exchange.value.tried
        tried.insert(endpointSlot(exchange))
        let service = Int(exchange.value.service)
        // A look ahead, which is nobody's turn.
        var cursor = cursors[Int(table.services[service].statisticsSlot)]
        let other = table.endpoint(
            for: service, cursor: &cursor, EndpointChoice(random: random.next(), now: now, tried: tried))
        // An answer that says why is better than none from an endpoint that is out.
        guard other >= 0, table.states[other].ejectedUntil.load(ordering: .relaxed) <= now, spendRetry(exchange) else {
            return false
        }
        fail(exchange, error, isPaid: true)
        return true
    }
}
