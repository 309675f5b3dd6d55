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
    /// Those in the rotation come first, then backups. Ejected ones are passed over, unless nothing else is left: then they are
    /// tried after all. Draining ones, those of weight 0 and those in `tried` get nothing, come what may.
    ///
    /// Round-robin and random-two look at one or two endpoints where all are in; least-connections looks at every endpoint in
    /// the rotation. Allocates nothing.
    ///
    /// - Parameters:
    ///   - service: an index into `services`.
    ///   - cursor: the worker's place in the service's rotation.
    ///   - choice: what the choice goes by.
    public func endpoint(for service: Int, cursor: inout UInt32, _ choice: EndpointChoice) -> Int {
        guard service >= 0, service < services.count else { return -1 }
        let balance = services[service].balance
        let primary = services[service].primary
        let backup = services[service].backup
        var request = choice
        let chosen = pick(from: primary, balance, cursor: &cursor, request)
        if chosen >= 0 { return chosen }
        let second = pick(from: backup, balance, cursor: &cursor, request)
        if second >= 0 { return second }
        // Ejected or tried, all of them: better an ejected one than none. At the end of time every ejection is over.
        request.now = .max
        let third = pick(from: primary, balance, cursor: &cursor, request)
        return third >= 0 ? third : pick(from: backup, balance, cursor: &cursor, request)
    }

    private func pick(
        from group: EndpointGroup, _ balance: Balance, cursor: inout UInt32, _ request: EndpointChoice
    ) -> Int {
        guard group.count > 0 else { return -1 }
        return switch balance {
        case .roundRobin: nextInTurn(of: group, cursor: &cursor, request)
        case .leastConnections: leastLoaded(of: group, cursor: &cursor, request)
        case .randomTwo: betterOfTwo(of: group, request)
        }
    }

    /// Round-robin: the next of the rotation that may be used.
    ///
    /// The cursor moves past it, so that the one after a gap does not get the gap's share.
    private func nextInTurn(of group: EndpointGroup, cursor: inout UInt32, _ request: EndpointChoice) -> Int {
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
    private func leastLoaded(of group: EndpointGroup, cursor: inout UInt32, _ request: EndpointChoice) -> Int {
        let count = UInt32(bitPattern: group.count)
        var place = cursor < count ? cursor : cursor % count
        var best = -1
        var bestLoad = 0
        var after: UInt32 = 0
        for _ in 0..<count {
            let endpoint = Int(group.first) + Int(place)
            place = place + 1 == count ? 0 : place + 1
            guard mayUse(endpoint, request) else { continue }
            let load = inFlight(endpoint)
            if best < 0 || load &* Int(endpoints[best].weight) < bestLoad &* Int(endpoints[endpoint].weight) {
                best = endpoint
                bestLoad = load
                after = place
            }
        }
        if best >= 0 { cursor = after }
        return best
    }

    /// Random-two: of two chosen at random, the one with fewer requests for its weight, counting the one to come.
    private func betterOfTwo(of group: EndpointGroup, _ request: EndpointChoice) -> Int {
        let count = UInt64(UInt32(bitPattern: group.count))
        let first = Int(((request.random >> 32) * count) >> 32)
        guard count > 1 else {
            let only = Int(group.first)
            return mayUse(only, request) ? only : -1
        }
        var second = Int(((request.random & 0xFFFF_FFFF) * (count - 1)) >> 32)
        if second >= first { second += 1 }
        let one = Int(group.first) + first
        let two = Int(group.first) + second
        switch (mayUse(one, request), mayUse(two, request)) {
        case (true, true):
            let isSecondBetter =
                (inFlight(two) &+ 1) &* Int(endpoints[one].weight) < (inFlight(one) &+ 1) &* Int(endpoints[two].weight)
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

    private func mayUse(_ endpoint: Int, _ request: EndpointChoice) -> Bool {
        if request.tried.contains(Int(endpoints[endpoint].slot)) { return false }
        if request.limit > 0, inFlight(endpoint) >= Int(request.limit) { return false }
        // At the end of time every ejection is over, and checks do not count either: better one that is down than none.
        let isDown = states[endpoint].health.load(ordering: .relaxed) == EndpointHealth.down.rawValue
        if isDown, request.now != .max { return false }
        return states[endpoint].ejectedUntil.load(ordering: .relaxed) <= request.now
    }

    private func inFlight(_ endpoint: Int) -> Int {
        states[endpoint].inFlight.load(ordering: .relaxed)
    }
}
