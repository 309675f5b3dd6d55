internal import Synchronization

/// Zones, the panic threshold and slow start: the choice for services that ask for any of them.
extension RoutingTable {
    func spreadEndpoint(cursor: inout UInt32, _ request: inout EndpointRequest) -> Int {
        let record = services[request.service]
        let spread = serviceParts.balancing.spreads[Int(record.spread)]
        if !record.traits.isDisjoint(with: [.zoned, .panics]) {
            let census = census(of: request.service, spread, now: request.now)
            if census.isPanic {
                // So few are in that they would not bear what the others leave: all have to help.
                request.takesAny = true
                return pickInTiers(cursor: &cursor, request)
            }
            request.slowStart = spread.slowStart
            if record.traits.contains(.zoned) {
                let chosen = pickByZone(spread, census, cursor: &cursor, request)
                if chosen >= 0 { return chosen }
            }
        }
        request.slowStart = spread.slowStart
        let chosen = pick(from: record.primary, cursor: &cursor, request)
        if chosen >= 0 { return chosen }
        if request.slowStart > 0 {
            // Nobody but those that are starting: they share among themselves.
            request.slowStart = 0
            let starting = pick(from: record.primary, cursor: &cursor, request)
            if starting >= 0 { return starting }
        }
        let second = pick(from: record.backup, cursor: &cursor, request)
        if second >= 0 { return second }
        request.takesAny = true
        return pickInTiers(cursor: &cursor, request)
    }

    /// An endpoint of the edge's own zone, or for the share of requests that these cannot bear, one of another.
    private func pickByZone(
        _ spread: SpreadRecord, _ census: ServiceCensus, cursor: inout UInt32, _ request: EndpointRequest
    ) -> Int {
        // A key stays on its side as long as the share does.
        let chance = KeyHash.mix(request.key == 0 ? request.random : request.key, 0x7A6F_6E65) & 0xFF
        if chance <= UInt64(census.nearShare), census.nearShare > 0 {
            return pick(from: spread.near, cursor: &cursor, request)
        }
        // The cursor is the near ones': the others' turns fall where chance will have it.
        var place = UInt32(truncatingIfNeeded: request.random >> 24)
        return pick(from: spread.far, cursor: &place, request)
    }

    /// Whether an endpoint in its slow start takes this request: from a tenth of them at its beginning to all at its end.
    func hasRisen(_ endpoint: Int, _ request: EndpointRequest) -> Bool {
        var risen = states[endpoint].risenAt.load(ordering: .relaxed)
        guard risen > 0 else { return true }
        if risen == EndpointState.justAdded {
            // Tables know no time: it begins with the first request that might have come here.
            risen = max(request.now, EndpointState.justAdded + 1)
            _ = states[endpoint].risenAt.compareExchange(
                expected: EndpointState.justAdded, desired: risen, ordering: .relaxed)
        }
        let age = request.now > risen ? request.now - risen : 0
        guard age < request.slowStart else { return true }
        let share = 26 + 230 * Double(age) / Double(request.slowStart)
        // With a key it is the key that has come in or not, so that none goes to and fro.
        let chance = KeyHash.mix(
            request.key == 0 ? request.random : request.key, UInt64(UInt32(bitPattern: endpoints[endpoint].slot)))
        return Double(chance >> 56) < share
    }

    // MARK: Census

    /// How many of a service's endpoints are in, counted anew every 64 ms at most: with many endpoints that is no little work.
    private func census(of service: Int, _ spread: SpreadRecord, now: UInt64) -> ServiceCensus {
        let known = ServiceCensus(word: serviceStates[service].census.load(ordering: .relaxed))
        if known.isFresh(at: now) { return known }
        let record = services[service]
        let near = countIn(spread.near, now)
        var census = ServiceCensus(now: now)
        if spread.near.count > 0 {
            census.nearShare = ServiceCensus.share(of: near, among: Int(spread.near.count))
        }
        if spread.panicPercent > 0 {
            let count = Int(record.primary.count + record.backup.count)
            let available = countIn(record.primary, now) + countIn(record.backup, now)
            census.isPanic = available * 100 < spread.panicPercent * count
        }
        serviceStates[service].census.store(census.word, ordering: .relaxed)
        return census
    }

    private func countIn(_ group: EndpointGroup, _ now: UInt64) -> Int {
        var count = 0
        for endpoint in Int(group.first)..<Int(group.first + group.count) where isIn(endpoint, at: now) { count += 1 }
        return count
    }
}
