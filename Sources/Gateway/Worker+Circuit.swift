internal import Reactor
internal import Routing
internal import Synchronization

/// A service's requests that wait on one worker for an endpoint with room, in the order of their coming: places of parked
/// requests, by ``ParkedRequest/next``.
struct WaitingLine {
    var head: Int32 = -1
    var tail: Int32 = -1
    var count = 0
    /// It is on the worker's list of lines to be looked after.
    var isWatched = false
}

/// Limits on requests under way, of an endpoint and of a service, and the line in front of them.
///
/// The limits are exact over all workers: a place is an atomic counter's step from below the limit. Who finds none waits, first
/// come first served on each worker. A place that becomes free goes to a worker with waiting requests, chosen by how many it
/// has; and while there are any, a worker looks at them every few milliseconds besides, as places also come with new
/// endpoints, recovered ones and higher limits.
extension Worker {
    private enum Place {
        case at(Int)
        /// Those that are in have as many requests as they may.
        case busy
        /// There is none to have room.
        case none
    }

    /// Forwards the exchange where the limits leave room; otherwise it waits in line, or is refused.
    mutating func forwardLimited(_ exchange: Ref<Exchange>, _ table: RoutingTable, _ record: ServiceRecord) {
        let slot = Int(record.statisticsSlot)
        // Who came first goes first; a request that failed elsewhere has been first before.
        if lines[slot].count == 0 || exchange.value.triesMade > 0 {
            switch takePlace(exchange, table, record) {
            case .at(let chosen):
                send(exchange, to: chosen, table)
                return
            case .none:
                fail(exchange, exchange.value.failure ?? GatewayError(.noEndpoint), mayRetry: false)
                return
            case .busy: break
            }
        }
        standInLine(exchange, table, record)
    }

    /// Counts the exchange in at the service and at an endpoint with room.
    private mutating func takePlace(_ exchange: Ref<Exchange>, _ table: RoutingTable, _ record: ServiceRecord) -> Place
    {
        let service = Int(exchange.value.service)
        let state = table.serviceStates[service]
        let most = Int(record.circuit.connections)
        // In one order with the counts of those who wait: either they see the place, or who leaves it sees them.
        let before = state.inFlight.add(1, ordering: .sequentiallyConsistent).oldValue
        guard most == 0 || before < most else {
            state.inFlight.subtract(1, ordering: .sequentiallyConsistent)
            return .busy
        }
        let limit = Int(record.connectionsPerEndpoint)
        // A hedge goes by turn: what is kept of a request's key and cookie is its partner's.
        var choice =
            exchange.value.isHedge
            ? EndpointChoice(random: random.next(), now: now, tried: exchange.value.tried)
            : endpointChoice(for: exchange, in: table)
        choice.limit = record.connectionsPerEndpoint
        let own = endpointToStay(exchange, in: table, choice)
        if own >= 0 {
            let before = table.states[own].inFlight.add(1, ordering: .sequentiallyConsistent).oldValue
            if limit == 0 || before < limit {
                exchange.value.holdsPlace = true
                return .at(own)
            }
            table.states[own].inFlight.subtract(1, ordering: .sequentiallyConsistent)
        }
        var chosen = table.endpoint(for: service, cursor: &cursors[Int(record.statisticsSlot)], choice)
        while chosen >= 0, !isPassedOver(chosen, table) {
            let before = table.states[chosen].inFlight.add(1, ordering: .sequentiallyConsistent).oldValue
            if limit == 0 || before < limit {
                exchange.value.holdsPlace = true
                return .at(chosen)
            }
            // Another worker was faster.
            table.states[chosen].inFlight.subtract(1, ordering: .sequentiallyConsistent)
            chosen = table.endpoint(for: service, cursor: &cursors[Int(record.statisticsSlot)], choice)
        }
        // Of those that have room none is left but backups and such as are out. Are they the next in turn, or are others busy?
        choice.limit = 0
        var cursor = cursors[Int(record.statisticsSlot)]
        let next = table.endpoint(for: service, cursor: &cursor, choice)
        if chosen >= 0, next >= 0, rank(of: chosen, table) <= rank(of: next, table) {
            let before = table.states[chosen].inFlight.add(1, ordering: .sequentiallyConsistent).oldValue
            if limit == 0 || before < limit {
                exchange.value.holdsPlace = true
                return .at(chosen)
            }
            table.states[chosen].inFlight.subtract(1, ordering: .sequentiallyConsistent)
        }
        state.inFlight.subtract(1, ordering: .sequentiallyConsistent)
        return next >= 0 ? .busy : .none
    }

    /// A place for a hedge; -1 if there is none.
    mutating func placeForHedge(_ hedge: Ref<Exchange>, _ table: RoutingTable, _ record: ServiceRecord) -> Int {
        if case .at(let chosen) = takePlace(hedge, table, record) { return chosen }
        return -1
    }

    private func isPassedOver(_ endpoint: Int, _ table: RoutingTable) -> Bool {
        rank(of: endpoint, table) > 0
    }

    /// 0: in the rotation; 1: a backup; 2: out, and used only for want of any other.
    private func rank(of endpoint: Int, _ table: RoutingTable) -> Int {
        let state = table.states[endpoint]
        if state.ejectedUntil.load(ordering: .relaxed) > now { return 2 }
        if state.health.load(ordering: .relaxed) == EndpointHealth.down.rawValue { return 2 }
        return table.endpoints[endpoint].isBackup ? 1 : 0
    }

    // MARK: - Waiting

    private mutating func standInLine(_ exchange: Ref<Exchange>, _ table: RoutingTable, _ record: ServiceRecord) {
        let state = table.serviceStates[Int(exchange.value.service)]
        let before = state.waiting.add(1, ordering: .sequentiallyConsistent).oldValue
        let mayWait = record.circuit.queue > 0 && before < Int(record.circuit.pending)
        guard mayWait,
            let ticket = park(exchange, for: .endpoint, milliseconds: bounded(exchange, record.circuit.queue))
        else {
            state.waiting.subtract(1, ordering: .relaxed)
            state.queueRefusals.add(1, ordering: .relaxed)
            fail(exchange, GatewayError(.endpointsBusy), mayRetry: false)
            return
        }
        state.queued.add(1, ordering: .relaxed)
        state.waitingWorkers.bitwiseOr(workerBit, ordering: .sequentiallyConsistent)
        let slot = Int(record.statisticsSlot)
        let place = parked[ticket.index]
        place.value.line = record.statisticsSlot
        place.value.previous = lines[slot].tail
        place.value.next = -1
        if lines[slot].tail >= 0 {
            parked[lines[slot].tail].value.next = ticket.index
        } else {
            lines[slot].head = ticket.index
        }
        lines[slot].tail = ticket.index
        lines[slot].count += 1
        watch(slot)
        // A place may have become free meanwhile, and who left it not have seen that somebody waits.
        if lines[slot].count == 1 { lineChecked = 0 }
    }

    private var workerBit: UInt64 { 1 << UInt64(handle.number & 63) }

    private mutating func watch(_ slot: Int) {
        guard !lines[slot].isWatched else { return }
        lines[slot].isWatched = true
        watchedLines.append(Int32(slot))
    }

    /// Takes a parked request out of the line that it is in.
    mutating func leaveLine(_ place: Ref<ParkedRequest>, _ exchange: Ref<Exchange>) {
        let slot = Int(place.value.line)
        let (previous, next) = (place.value.previous, place.value.next)
        if previous >= 0 { parked[previous].value.next = next } else { lines[slot].head = next }
        if next >= 0 { parked[next].value.previous = previous } else { lines[slot].tail = previous }
        lines[slot].count -= 1
        place.value.line = -1
        place.value.previous = -1
        place.value.next = -1
        guard let table = holds[exchange.value.hold].value.table else { return }
        let state = table.serviceStates[Int(exchange.value.service)]
        state.waiting.subtract(1, ordering: .relaxed)
        if lines[slot].count == 0 { state.waitingWorkers.bitwiseAnd(~workerBit, ordering: .relaxed) }
    }

    /// A request waited in line as long as it may.
    mutating func lineExpired(_ exchange: Ref<Exchange>) {
        if let table = holds[exchange.value.hold].value.table {
            table.serviceStates[Int(exchange.value.service)].queueTimeouts.add(1, ordering: .relaxed)
        }
        refuse(parked: exchange, GatewayError(overdue(exchange) ?? .queueTimeout))
    }

    // MARK: - Places that become free

    /// Gives back the exchange's place, and tells a worker whose requests wait for one.
    mutating func leavePlace(_ exchange: Ref<Exchange>, _ table: RoutingTable) {
        exchange.value.holdsPlace = false
        let service = Int(exchange.value.service)
        let state = table.serviceStates[service]
        state.inFlight.subtract(1, ordering: .sequentiallyConsistent)
        let waiting = state.waiting.load(ordering: .sequentiallyConsistent)
        guard waiting > 0 else { return }
        let slot = Int(table.services[service].statisticsSlot)
        let own = lines[slot].count
        let others = state.waitingWorkers.load(ordering: .sequentiallyConsistent) & ~workerBit
        if own >= waiting || others == 0 || Int(truncatingIfNeeded: random.next() >> 33) % waiting < own {
            // Not from here: whoever ends a request has its octets in hand.
            lineChecked = 0
            return
        }
        // Any of the others, each as likely.
        var bits = others
        for _ in 0..<Int(truncatingIfNeeded: random.next() >> 33) % others.nonzeroBitCount { bits &= bits - 1 }
        let number = bits.trailingZeroBitCount
        if number < peers.count { peers[number].mailbox.post(.lookAtLines) }
    }

    /// Forwards what waits in line, as far as there is room now.
    mutating func serveLines() {
        guard !watchedLines.isEmpty, now >= lineChecked &+ Limits.lineNanoseconds else { return }
        lineChecked = now
        var index = 0
        while index < watchedLines.count {
            let slot = Int(watchedLines[index])
            serveLine(slot)
            if lines[slot].count == 0 {
                lines[slot].isWatched = false
                watchedLines.swapAt(index, watchedLines.count - 1)
                watchedLines.removeLast()
            } else {
                index += 1
            }
        }
    }

    private mutating func serveLine(_ slot: Int) {
        // Each is looked at once: what fails at once may be in line again.
        var left = lines[slot].count
        while left > 0, lines[slot].head >= 0 {
            left -= 1
            let exchange = exchanges[parked[lines[slot].head].value.exchange]
            guard let table = holds[exchange.value.hold].value.table else { return }
            let place = takePlace(exchange, table, table.services[Int(exchange.value.service)])
            if case .busy = place { return }
            leaveParking(exchange)
            setDeadline(connections[exchange.value.client], 0)
            timeTry(exchange)
            if case .at(let chosen) = place {
                send(exchange, to: chosen, table)
            } else {
                fail(exchange, exchange.value.failure ?? GatewayError(.noEndpoint), mayRetry: false)
            }
        }
    }
}
