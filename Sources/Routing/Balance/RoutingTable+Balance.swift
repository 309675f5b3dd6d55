internal import Synchronization

extension RoutingTable {
    /// The service (an index into `services`) that this request of `route` goes to; `random` is any number.
    ///
    /// -1: none.
    ///
    /// Requests are spread by the shares' weights over those services that have an endpoint in rotation or a backup; over all
    /// of them where none has.
    public func service(of route: Int, random: UInt32) -> Int {
        guard route >= 0, route < routes.count else { return -1 }
        let count = Int(routes[route].shareCount)
        guard count > 0 else { return -1 }
        let first = Int(routes[route].firstShare)
        if count == 1 { return Int(routeParts.shares[first].service) }
        // The first share whose upper bound is not below `random`.
        var low = first
        var high = first + count - 1
        while low < high {
            let middle = (low + high) / 2
            if routeParts.shares[middle].last < random { low = middle + 1 } else { high = middle }
        }
        return Int(routeParts.shares[low].service)
    }

    /// The endpoint (an index into `endpoints`) for the next request to `service`, or -1 if there is none.
    ///
    /// Those in the rotation come first, then backups. Ones that are ejected or down are passed over, unless nothing else is left:
    /// then they are tried after all. Draining ones, those of weight 0, full ones and those in `tried` get nothing, come what
    /// may.
    ///
    /// Round-robin and choices of two look at one or two endpoints where all are in; least-connections and hashes look at every
    /// endpoint in the rotation. Allocates nothing.
    ///
    /// - Parameters:
    ///   - service: an index into `services`.
    ///   - cursor: the worker's place in the service's rotation.
    ///   - choice: what the choice goes by.
    public func endpoint(for service: Int, cursor: inout UInt32, _ choice: EndpointChoice) -> Int {
        guard service >= 0, service < services.count else { return -1 }
        var request = EndpointRequest(choice, service: service, balance: services[service].balance)
        if services[service].spread >= 0 { return spreadEndpoint(cursor: &cursor, &request) }
        let chosen = pickInTiers(cursor: &cursor, request)
        if chosen >= 0 { return chosen }
        // None is in: better one that is ejected or down than none.
        request.takesAny = true
        return pickInTiers(cursor: &cursor, request)
    }

    /// An endpoint of the rotation, else a backup.
    func pickInTiers(cursor: inout UInt32, _ request: EndpointRequest) -> Int {
        let chosen = pick(from: services[request.service].primary, cursor: &cursor, request)
        return chosen >= 0 ? chosen : pick(from: services[request.service].backup, cursor: &cursor, request)
    }

    /// An endpoint of `group`, as the service's balance has it; -1 if none may be used.
    func pick(from group: EndpointGroup, cursor: inout UInt32, _ request: EndpointRequest) -> Int {
        guard group.count > 0 else { return -1 }
        switch request.balance {
        case .roundRobin: return nextInTurn(of: group, cursor: &cursor, request)
        case .leastConnections: return leastLoaded(of: group, cursor: &cursor, request)
        case .randomTwo, .peakEWMA: return betterOfTwo(of: group, request)
        case .first: return firstFree(of: group, request)
        case .hash, .source:
            // Without a key there is nothing to go by but turns.
            if request.key == 0 { return nextInTurn(of: group, cursor: &cursor, request) }
            return rendezvous(of: group, request)
        }
    }

    /// Round-robin: the next of the rotation that may be used.
    ///
    /// The cursor moves past it, so that the one after a gap does not get the gap's share.
    private func nextInTurn(of group: EndpointGroup, cursor: inout UInt32, _ request: EndpointRequest) -> Int {
        let isWeighted = group.rotationCount > 0
        let count = isWeighted ? UInt32(bitPattern: group.rotationCount) : UInt32(bitPattern: group.count)
        var place = cursor < count ? cursor : cursor % count
        for _ in 0..<count {
            let offset =
                isWeighted ? serviceParts.rotations[Int(group.rotation) + Int(place)] : Int32(bitPattern: place)
            let endpoint = Int(group.first + offset)
            place = place + 1 == count ? 0 : place + 1
            if mayUse(endpoint, request) {
                cursor = place
                return endpoint
            }
        }
        return -1
    }

    /// Least-connections: the fewest requests at it for its weight; of equals the first in turn.
    ///
    /// Where weights differ, turns are those of round-robin: while nothing is under way, shares are as the weights.
    private func leastLoaded(of group: EndpointGroup, cursor: inout UInt32, _ request: EndpointRequest) -> Int {
        let count = UInt32(bitPattern: group.count)
        var best = -1
        var bestLoad = 0
        var place = cursor < count ? cursor : cursor % count
        if group.rotationCount > 0 {
            best = nextInTurn(of: group, cursor: &cursor, request)
            guard best >= 0 else { return -1 }
            bestLoad = inFlight(best)
            place = UInt32(best - Int(group.first))
        }
        var after = cursor
        for _ in 0..<count {
            let endpoint = Int(group.first) + Int(place)
            place = place + 1 == count ? 0 : place + 1
            guard endpoint != best, mayUse(endpoint, request) else { continue }
            let load = inFlight(endpoint)
            if best < 0 || load &* Int(endpoints[best].weight) < bestLoad &* Int(endpoints[endpoint].weight) {
                best = endpoint
                bestLoad = load
                if group.rotationCount == 0 { after = place }
            }
        }
        cursor = after
        return best
    }

    /// Random-two and peak-EWMA: of two drawn at random the better one.
    ///
    /// The first is drawn by weight and stays unless the other is better, so that shares are as the weights while nothing speaks
    /// against it.
    private func betterOfTwo(of group: EndpointGroup, _ request: EndpointRequest) -> Int {
        let count = UInt64(UInt32(bitPattern: group.count))
        let high = request.random >> 32
        var first = Int((high * count) >> 32)
        guard count > 1 else {
            let only = Int(group.first)
            return mayUse(only, request) ? only : -1
        }
        if group.rotationCount > 0 {
            let place = Int((high * UInt64(UInt32(bitPattern: group.rotationCount))) >> 32)
            first = Int(serviceParts.rotations[Int(group.rotation) + place])
        }
        var second = Int(((request.random & 0xFFFF_FFFF) * (count - 1)) >> 32)
        if second >= first { second += 1 }
        let one = Int(group.first) + first
        let two = Int(group.first) + second
        switch (mayUse(one, request), mayUse(two, request)) {
        case (true, true):
            let isSecondBetter =
                request.balance == .peakEWMA ? isFaster(two, than: one, in: group, request) : isIdler(two, than: one)
            return isSecondBetter ? two : one
        case (true, false): return one
        case (false, true): return two
        case (false, false):
            var start = UInt32(truncatingIfNeeded: first)
            var plain = group
            plain.rotationCount = 0
            return nextInTurn(of: plain, cursor: &start, request)
        }
    }

    /// Whether `two` has fewer requests for its weight than `one`, and has no more when it has got this one as well: a light
    /// endpoint without any is not better than a heavy one that has one.
    private func isIdler(_ two: Int, than one: Int) -> Bool {
        let (loadOne, loadTwo) = (inFlight(one), inFlight(two))
        let (weightOne, weightTwo) = (Int(endpoints[one].weight), Int(endpoints[two].weight))
        return loadTwo &* weightOne < loadOne &* weightTwo
            && (loadTwo &+ 1) &* weightOne <= (loadOne &+ 1) &* weightTwo
    }

    /// First: the first that may be used, which none is that is full.
    private func firstFree(of group: EndpointGroup, _ request: EndpointRequest) -> Int {
        let first = Int(group.first)
        for endpoint in first..<first + Int(group.count) where mayUse(endpoint, request) { return endpoint }
        return -1
    }

    /// Whether the endpoint may get this request.
    func mayUse(_ endpoint: Int, _ request: EndpointRequest) -> Bool {
        if request.tried.contains(Int(endpoints[endpoint].slot)) { return false }
        if request.limit > 0, inFlight(endpoint) >= Int(request.limit) { return false }
        if request.takesAny { return true }
        guard isIn(endpoint, at: request.now) else { return false }
        return request.slowStart == 0 || hasRisen(endpoint, request)
    }

    /// Whether the endpoint is neither ejected nor down.
    public func isIn(_ endpoint: Int, at now: UInt64) -> Bool {
        states[endpoint].ejectedUntil.load(ordering: .relaxed) <= now
            && states[endpoint].health.load(ordering: .relaxed) != EndpointHealth.down.rawValue
    }

    /// Requests now at the endpoint.
    func inFlight(_ endpoint: Int) -> Int {
        states[endpoint].inFlight.load(ordering: .relaxed)
    }
}
