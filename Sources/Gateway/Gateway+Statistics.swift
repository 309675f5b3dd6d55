internal import HTTP2
internal import Reactor
internal import Routing
internal import Synchronization

/// Counters are read where workers write them: nobody waits for a worker, and no worker for anybody.
extension Gateway {
    /// Everything as it stands.
    public func observe() -> GatewayObservation {
        let (table, baselines) = tableAndBaselines
        var seen = GatewayObservation(table: table)
        seen.listenerNames = configuration.listeners.map(\.name)
        for listener in listeners.indices {
            seen.listeners.append(sum(\.listenerCells, listener))
            var durations = DurationHistogram()
            for handle in handles { _ = handle.listenerDurations.read(listener, into: &durations) }
            seen.listenerDurations.append(durations)
            seen.handshakes.append(handshakes(at: listener))
        }
        seen.routes = zip(table.routes, table.routeNames).map { route, name in
            counters(of: Int(route.statisticsSlot), SlotBaselines.route(name), baselines)
        }
        seen.services = zip(table.services, table.serviceNames).map { service, name in
            counters(of: Int(service.statisticsSlot), SlotBaselines.service(name), baselines)
        }
        seen.durations = zip(table.services, table.serviceNames).map { service, name in
            let slot = Int(service.statisticsSlot)
            guard var durations = durations(of: slot) else { return nil }
            if let baseline = baselines.statistics[slot], baseline.owner == SlotBaselines.service(name) {
                if let former = baseline.durations { durations.subtract(former) }
            }
            return durations
        }
        for handle in handles { handle.durationCells.readOthers(into: &seen.otherDurations) }
        seen.resilience = table.serviceStates.map { ResilienceCounters($0) }
        seen.endpoints = table.states.map { state in
            var counters = sum(\.endpointCells, state.slot)
            if let baseline = baselines.endpoints[state.slot] { counters.subtract(baseline.counters) }
            return counters
        }
        seen.standings = table.states.map { EndpointStanding($0) }
        seen.totals = totals()
        return seen
    }

    /// The counters as they stand, by names.
    public func statistics() -> GatewayStatistics {
        GatewayStatistics(observe())
    }

    /// What does not belong to one listener, route, service or endpoint.
    public func totals() -> GatewayTotals {
        var totals = GatewayTotals()
        totals.workers = handles.count
        totals.generation = .max
        for handle in handles {
            for listener in listeners.indices { totals.requests &+= handle.listenerCells.requests(of: listener) }
        }
        for handle in handles {
            totals.connections += handle.connections.load(ordering: .relaxed)
            totals.idleConnections += handle.idleConnections.load(ordering: .relaxed)
            totals.dials &+= handle.dials.load(ordering: .relaxed)
            totals.upstreamConnections += handle.upstreamConnections.load(ordering: .relaxed)
            totals.reuses &+= handle.reuses.load(ordering: .relaxed)
            totals.upstreamHandshakes &+= handle.upstreamHandshakes.load(ordering: .relaxed)
            totals.upstreamResumptions &+= handle.upstreamResumptions.load(ordering: .relaxed)
            totals.upstreamHandshakeFailures &+= handle.upstreamHandshakeFailures.load(ordering: .relaxed)
            // The ends first: none is there without its beginning.
            let tunnelsEnded = handle.tunnelsEnded.load(ordering: .relaxed)
            let tunnelsBegun = handle.tunnelsBegun.load(ordering: .relaxed)
            totals.tunnelsBegun &+= tunnelsBegun
            totals.tunnels += Int(clamping: tunnelsBegun &- min(tunnelsBegun, tunnelsEnded))
            totals.refusals.limit &+= handle.refusedByLimit.load(ordering: .relaxed)
            totals.refusals.descriptors &+= handle.refusedForDescriptors.load(ordering: .relaxed)
            totals.refusals.address &+= handle.refusedByAddress.load(ordering: .relaxed)
            totals.badRequests &+= handle.badRequests.load(ordering: .relaxed)
            totals.http2.add(handle.http2.withLock { $0 })
            totals.compressed &+= handle.compressed.load(ordering: .relaxed)
            totals.compressedIn &+= handle.compressedIn.load(ordering: .relaxed)
            totals.compressedOut &+= handle.compressedOut.load(ordering: .relaxed)
            totals.swaps &+= handle.swaps.load(ordering: .relaxed)
            totals.swapNanoseconds &+= handle.swapNanoseconds.load(ordering: .relaxed)
            totals.generation = min(totals.generation, handle.generation.load(ordering: .relaxed))
        }
        for listener in listeners.indices {
            let handshakes = handshakes(at: listener)
            totals.handshakes &+= handshakes.succeeded
            totals.resumptions &+= handshakes.resumed
            totals.handshakeFailures &+= handshakes.failed
        }
        totals.connectionsMaximum = connectionsMaximum
        for kind in GatewayError.Kind.allCases {
            let count = handles.reduce(0) { $0 &+ $1.errors.read(kind) }
            guard count > 0 else { continue }
            let error = GatewayError(kind)
            totals.errors.append(.init(label: error.label.description, side: error.side.rawValue, count: count))
        }
        totals.logLinesDropped = logLinesDropped
        return totals
    }

    private func counters(of slot: Int, _ owner: String, _ baselines: SlotBaselines) -> TrafficCounters {
        var counters = sum(\.statisticsCells, slot)
        if let baseline = baselines.statistics[slot], baseline.owner == owner { counters.subtract(baseline.counters) }
        return counters
    }

    private func sum(_ cells: KeyPath<WorkerHandle, TrafficCells>, _ slot: Int) -> TrafficCounters {
        var counters = TrafficCounters()
        for handle in handles { handle[keyPath: cells].read(slot, into: &counters) }
        return counters
    }

    private func handshakes(at listener: Int) -> HandshakeCounters {
        var counters = HandshakeCounters()
        for handle in handles { handle.handshakes.read(listener, into: &counters) }
        return counters
    }

    private func durations(of slot: Int) -> DurationHistogram? {
        var durations = DurationHistogram()
        var isCounted = false
        for handle in handles where handle.durationCells.read(slot, into: &durations) { isCounted = true }
        return isCounted ? durations : nil
    }

    /// A slot that has a new owner begins at nothing.
    func noteSlots(of table: RoutingTable, _ baselines: inout SlotBaselines, isStarted: Bool) {
        let now = MonotonicClock.now
        for (index, service) in table.serviceStates.enumerated() {
            let record = table.services[index]
            let slot = Int(record.statisticsSlot)
            let requests = handles.reduce(0) { $0 &+ $1.statisticsCells.requests(of: slot) }
            service.retryBudget.begin(now: now, requests: requests, rate: record.retryBudget)
            note(slot, SlotBaselines.service(table.serviceNames[index]), &baselines)
        }
        for (index, route) in table.routes.enumerated() {
            note(Int(route.statisticsSlot), SlotBaselines.route(table.routeNames[index]), &baselines)
        }
        for endpoint in table.states where baselines.endpoints[endpoint.slot]?.owner != endpoint.identity {
            // All of the first table are as new as each other.
            if isStarted { endpoint.risenAt.store(MonotonicClock.now, ordering: .relaxed) }
            baselines.endpoints[endpoint.slot] = .init(
                owner: endpoint.identity, counters: sum(\.endpointCells, endpoint.slot))
        }
    }

    private func note(_ slot: Int, _ owner: String, _ baselines: inout SlotBaselines) {
        guard baselines.statistics[slot]?.owner != owner else { return }
        baselines.statistics[slot] = .init(
            owner: owner, counters: sum(\.statisticsCells, slot),
            durations: durations(of: slot).flatMap { $0.count > 0 ? $0 : nil })
    }
}
