internal import Reactor
internal import Routing
internal import Synchronization

/// Tables: taken up between two events, held as long as a request needs them.
extension Worker {
    /// Takes up a new table: requests under way keep theirs, endpoints that left lose their idle connections.
    mutating func install(_ fresh: RoutingTable, _ secured: UpstreamSecurity) {
        let begin = MonotonicClock.now
        defer {
            handle.swaps.addAlone(1)
            handle.swapNanoseconds.addAlone(MonotonicClock.now &- begin)
        }
        pools.reserve(fresh.slotLimit)
        cursors.reserve(fresh.statisticsLimit)
        lines.reserve(fresh.statisticsLimit)
        handle.endpointCells.reserve(fresh.slotLimit)
        handle.statisticsCells.reserve(fresh.statisticsLimit)
        for service in fresh.services { handle.durationCells.reserve(Int(service.statisticsSlot)) }
        for slot in 0..<pools.capacity { pools[slot].isCurrent = false }
        for endpoint in fresh.endpoints {
            let slot = Int(endpoint.slot)
            pools[slot].isCurrent = true
            // What was agreed on before is not what the endpoint is to be spoken to by now.
            if pools[slot].dialect != endpoint.dialect {
                emptyPool(slot)
                pools[slot].dialect = endpoint.dialect
                pools[slot].speaksHTTP2 = false
            }
        }
        for slot in 0..<pools.capacity where !pools[slot].isCurrent { emptyPool(slot) }
        let old = currentHold
        let next = holds.take()
        // Every hold but the current one has a request: there are never more than requests.
        guard next >= 0 else { return }
        holds[next].value = TableHold(table: fresh, secured: secured, inFlight: 0)
        currentHold = next
        table = fresh
        reserveEstimates()
        noteTableForTCP()
        if !watchedLines.isEmpty { carryLines() }
        if holds[old].value.inFlight == 0, holds[old].value.table != nil { dropHold(old) }
        if holds.count > Limits.heldTables { carryOver() }
        handle.generation.store(fresh.generation, ordering: .releasing)
    }

    /// Closes the endpoint's idle connections; its sessions end with the requests that they have.
    private mutating func emptyPool(_ slot: Int) {
        while pools[slot].idleHead >= 0 { dropIdle(connections[pools[slot].idleHead]) }
        while pools[slot].sessionHead >= 0 {
            let upstream = connections[pools[slot].sessionHead]
            retireSession(upstream)
            settleSession(upstream)
        }
    }

    /// Moves exchanges that have their answer on to the table in force, so that tunnels and long downloads do not keep every
    /// table alive that was in force as they began.
    ///
    /// From its answer on an exchange needs its table only to count and to log. What the new table does not have any more is
    /// counted and logged by the old one. No number means another route, service or endpoint while a table holds it.
    private mutating func carryOver() {
        var routes = [Int32](repeating: -1, count: table.statisticsLimit)
        var services = routes
        var endpoints = [Int32](repeating: -1, count: table.slotLimit)
        for (index, route) in table.routes.enumerated() { routes[Int(route.statisticsSlot)] = Int32(index) }
        for (index, service) in table.services.enumerated() { services[Int(service.statisticsSlot)] = Int32(index) }
        for (index, endpoint) in table.endpoints.enumerated() { endpoints[Int(endpoint.slot)] = Int32(index) }
        for index in 0..<Int32(exchanges.capacity) {
            let exchange = exchanges[index]
            let hold = exchange.value.hold
            guard hold >= 0, hold != currentHold, exchange.value.hasAnswered, let old = holds[hold].value.table else {
                continue
            }
            let (route, service, endpoint) = (
                Int(exchange.value.route), Int(exchange.value.service), Int(exchange.value.endpoint)
            )
            guard route >= 0, service >= 0, endpoint >= 0 else { continue }
            let newRoute = Self.place(of: old.routes[route].statisticsSlot, in: routes)
            let newService = Self.place(of: old.services[service].statisticsSlot, in: services)
            let newEndpoint = Self.place(of: old.endpoints[endpoint].slot, in: endpoints)
            guard newRoute >= 0, newService >= 0, newEndpoint >= 0,
                table.states[Int(newEndpoint)] === old.states[endpoint]
            else { continue }
            exchange.value.route = newRoute
            exchange.value.service = newService
            exchange.value.endpoint = newEndpoint
            exchange.value.hold = currentHold
            holds[currentHold].value.inFlight += 1
            holds[hold].value.inFlight -= 1
            if holds[hold].value.inFlight == 0 { dropHold(hold) }
        }
    }

    /// Has requests that wait in line wait for the endpoints of the table in force, where their route and service are still
    /// there: those that they came for may be gone before it is their turn.
    private mutating func carryLines() {
        var routes = [Int32](repeating: -1, count: table.statisticsLimit)
        var services = routes
        for (index, route) in table.routes.enumerated() { routes[Int(route.statisticsSlot)] = Int32(index) }
        for (index, service) in table.services.enumerated() { services[Int(service.statisticsSlot)] = Int32(index) }
        for line in watchedLines {
            var next = lines[Int(line)].head
            while next >= 0 {
                let exchange = exchanges[parked[next].value.exchange]
                next = parked[next].value.next
                let hold = exchange.value.hold
                guard hold != currentHold, let old = holds[hold].value.table else { continue }
                let route = Self.place(of: old.routes[Int(exchange.value.route)].statisticsSlot, in: routes)
                let service = Self.place(of: line, in: services)
                guard route >= 0, service >= 0,
                    table.serviceStates[Int(service)] === old.serviceStates[Int(exchange.value.service)]
                else { continue }
                exchange.value.route = route
                exchange.value.service = service
                exchange.value.endpoint = -1
                // It is told where to come back to anew: the number was the old table's.
                if exchange.value.isSticky { affinities[Int(exchange.value.index)].named = -1 }
                exchange.value.hold = currentHold
                holds[currentHold].value.inFlight += 1
                holds[hold].value.inFlight -= 1
                if holds[hold].value.inFlight == 0 { dropHold(hold) }
            }
        }
        lineChecked = 0
    }

    private static func place(of slot: Int32, in places: [Int32]) -> Int32 {
        slot >= 0 && Int(slot) < places.count ? places[Int(slot)] : -1
    }

    /// Notes that a request has done with its table.
    mutating func leaveTable(_ exchange: Ref<Exchange>) {
        let hold = exchange.value.hold
        guard hold >= 0 else { return }
        exchange.value.hold = -1
        holds[hold].value.inFlight -= 1
        if hold != currentHold, holds[hold].value.inFlight == 0 { dropHold(hold) }
    }

    private mutating func dropHold(_ hold: Int32) {
        holds[hold].value.table = nil
        holds[hold].value.secured = nil
        holds.give(hold)
    }
}
