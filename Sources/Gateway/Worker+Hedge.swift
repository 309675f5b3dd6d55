internal import Reactor
internal import Routing
internal import Synchronization
internal import Wire

/// Hedging: where an answer takes longer than most do, another endpoint is asked as well, and the first good answer counts.
///
/// The second try is an exchange of its own, the *hedge*: the same client and table, an endpoint, a connection and a copy of the
/// request of its own. It says nothing to the client, no event of the client's reaches it, and it counts nowhere but at its
/// endpoint. Each of the two is the other's `partner`. The first that has an answer's head is the exchange's try from then on,
/// and the other is cut; one that fails before that merely leaves. Only requests that may be repeated and have no body are
/// hedged, once, out of the retries' budget.
extension Worker {
    /// Notes when the exchange, whose first try begins, is to be hedged.
    mutating func armHedge(_ exchange: Ref<Exchange>, _ record: ServiceRecord) {
        guard exchange.value.triesMade == 0, exchange.value.staleTries == 0, exchange.value.isReplayable,
            !exchange.value.hasBody
        else { return }
        exchange.value.isTimed = true
        guard let delay = hedgeDelay(record) else { return }
        hedgesDue.put(
            DueQueue.Entry(
                due: now &+ delay, number: exchange.value.index,
                mark: UInt32(truncatingIfNeeded: exchange.value.started)))
    }

    /// Nanoseconds; nil while nothing is known of the service's answers.
    private func hedgeDelay(_ record: ServiceRecord) -> UInt64? {
        if record.hedge.delay > 0 { return UInt64(record.hedge.delay) * 1_000_000 }
        let number = Int(estimateNumbers[Int(record.statisticsSlot)])
        return number < 0 ? nil : estimates[number].quantile(thousandths: record.hedge.quantile)
    }

    /// Adds how long the client has waited for its answer's beginning.
    mutating func noteLatency(_ exchange: Ref<Exchange>) {
        guard let table = holds[exchange.value.hold].value.table else { return }
        let number = Int(estimateNumbers[Int(table.services[Int(exchange.value.service)].statisticsSlot)])
        if number >= 0 { estimates[number].add(nanoseconds: now &- exchange.value.started) }
    }

    /// Gives each service that hedges by its own latency an estimate.
    mutating func reserveEstimates() {
        estimateNumbers.reserve(table.statisticsLimit)
        for service in table.services where service.traits.contains(.hedged) {
            guard estimateNumbers[Int(service.statisticsSlot)] < 0 else { continue }
            estimateNumbers[Int(service.statisticsSlot)] = Int32(estimates.count)
            estimates.append(LatencyEstimate())
        }
    }

    /// Begins the hedges whose time has come.
    mutating func beginHedges() {
        while let entry = hedgesDue.take(now: now) {
            let exchange = exchanges[entry.number]
            if isWaiting(exchange, mark: entry.mark) { hedge(exchange) }
        }
    }

    /// Whether it is still the exchange that was noted, and its first try under way without an answer.
    private func isWaiting(_ exchange: Ref<Exchange>, mark: UInt32) -> Bool {
        guard exchange.value.hold >= 0, UInt32(truncatingIfNeeded: exchange.value.started) == mark,
            exchange.value.upstream >= 0, exchange.value.isTimed
        else { return false }
        return !exchange.value.hasAnswered && exchange.value.firstByte == 0 && exchange.value.partner < 0
            && exchange.value.triesMade == 0
            && connections[exchange.value.client].value.exchange == exchange.value.index
    }

    private mutating func hedge(_ exchange: Ref<Exchange>) {
        guard let table = holds[exchange.value.hold].value.table else { return }
        let service = Int(exchange.value.service)
        let record = table.services[service]
        let index = exchanges.take()
        guard index >= 0 else { return }
        let hedge = exchanges[index]
        hedge.value = copy(of: exchange, at: index)
        hedge.value.tried.insert(endpointSlot(exchange))
        let chosen = hedgeEndpoint(hedge, table, record)
        guard chosen >= 0 else {
            exchanges.give(index)
            return
        }
        hedge.value.endpoint = Int32(chosen)
        hedge.value.isCounted = true
        hedge.value.partner = exchange.value.index
        exchange.value.partner = index
        holds[exchange.value.hold].value.inFlight += 1
        guard spendRetry(exchange, isHedge: true) else {
            drop(hedge: hedge)
            return
        }
        let text = unsafe UnsafeRawBufferPointer(exchange.value.outbound.bytes)
        hedge.value.outbound = pool.take(text.count)
        unsafe hedge.value.outbound.append(text)
        hedge.value.outboundHead = hedge.value.outbound.end
        timeTry(hedge)
        send(hedge, to: chosen, table)
    }

    private func copy(of exchange: Ref<Exchange>, at index: Int32) -> Exchange {
        var copy = Exchange(index: index)
        copy.isHedge = true
        copy.client = exchange.value.client
        copy.hold = exchange.value.hold
        copy.route = exchange.value.route
        copy.service = exchange.value.service
        copy.method = exchange.value.method
        copy.minorVersion = exchange.value.minorVersion
        copy.timeouts = exchange.value.timeouts
        copy.retries = exchange.value.retries
        copy.tried = exchange.value.tried
        copy.started = exchange.value.started
        copy.isGRPC = exchange.value.isGRPC
        return copy
    }

    /// Counts the hedge in at an endpoint that is in and has room; -1 if there is none: it waits for nobody.
    private mutating func hedgeEndpoint(
        _ hedge: Ref<Exchange>, _ table: RoutingTable, _ record: ServiceRecord
    ) -> Int {
        if record.traits.contains(.limited) { return placeForHedge(hedge, table, record) }
        let chosen = table.endpoint(
            for: Int(hedge.value.service), cursor: &cursors[Int(record.statisticsSlot)],
            EndpointChoice(random: random.next(), now: now, tried: hedge.value.tried))
        guard chosen >= 0, table.isIn(chosen, at: now) else { return -1 }
        table.states[chosen].inFlight.add(1, ordering: .relaxed)
        return chosen
    }

    // MARK: - Ends

    /// The answer has begun on this try: the other is cut.
    ///
    /// - Returns: the exchange, which goes on with it.
    mutating func settleRace(_ winner: Ref<Exchange>) -> Ref<Exchange> {
        let other = exchanges[winner.value.partner]
        noteTry(winner.value.isHedge ? other : winner, of: other, nil)
        guard winner.value.isHedge else {
            drop(hedge: other)
            return winner
        }
        if let table = holds[winner.value.hold].value.table {
            table.serviceStates[Int(winner.value.service)].hedgesWon.add(1, ordering: .relaxed)
        }
        takeOver(other, from: winner)
        return other
    }

    /// A try of two has failed; false where that ends the exchange, too.
    mutating func leavesRace(_ exchange: Ref<Exchange>, _ error: GatewayError) -> Bool {
        let other = exchanges[exchange.value.partner]
        if exchange.value.isHedge {
            note(error, exchange)
            noteTry(other, of: exchange, error)
            drop(hedge: exchange)
            return true
        }
        guard error.side == .upstream, error.kind != .requestTimeout else {
            drop(hedge: other)
            return false
        }
        note(error, exchange)
        noteTry(exchange, of: exchange, error)
        exchange.value.tried.insert(endpointSlot(exchange))
        takeOver(exchange, from: other)
        return true
    }

    /// The exchange goes on with its hedge's try; its own is cut.
    private mutating func takeOver(_ exchange: Ref<Exchange>, from hedge: Ref<Exchange>) {
        detach(exchange, keep: false)
        exchange.value.upstream = hedge.value.upstream
        if hedge.value.upstream >= 0 { connections[hedge.value.upstream].value.exchange = exchange.value.index }
        exchange.value.endpoint = hedge.value.endpoint
        exchange.value.isCounted = hedge.value.isCounted
        exchange.value.holdsPlace = hedge.value.holdsPlace
        exchange.value.isReused = hedge.value.isReused
        exchange.value.outboundSent = hedge.value.outboundSent
        exchange.value.hasSentEnd = hedge.value.hasSentEnd
        exchange.value.chosen = hedge.value.chosen
        if tracing.isOn { takeTry(exchange, of: hedge) }
        exchange.value.sent = hedge.value.sent
        exchange.value.firstByte = hedge.value.firstByte
        exchange.value.deadline = hedge.value.deadline
        exchange.value.keepsUpstream = hedge.value.keepsUpstream
        hedge.value.upstream = -1
        hedge.value.isCounted = false
        hedge.value.holdsPlace = false
        drop(hedge: hedge)
    }

    /// Cuts the hedge's try and frees its slot.
    mutating func drop(hedge: Ref<Exchange>) {
        exchanges[hedge.value.partner].value.partner = -1
        hedge.value.partner = -1
        detach(hedge, keep: false)
        leaveTable(hedge)
        pool.give(&hedge.value.outbound)
        pool.give(&hedge.value.responseTrailers)
        exchanges.give(hedge.value.index)
    }
}
