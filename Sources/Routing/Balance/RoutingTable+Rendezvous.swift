internal import Glibc

extension RoutingTable {
    /// Hashes: of all endpoints that may be used the one that the key falls to.
    ///
    /// Rendezvous hashing (Thaler and Ravishankar, 1998): each endpoint draws a number by the key and its own address, by its weight
    /// (Schindelhauer and Schomaker, 2005), and the highest wins. An endpoint that leaves moves its own keys alone, each to
    /// the next in the key's own order, and has them again when it is back; one that comes takes its share from all others
    /// alike; and a weight moves what it weighs. There is no table that would have to be built, or be large to be fair:
    /// eight octets an endpoint, and some nanoseconds an endpoint and request.
    func rendezvous(of group: EndpointGroup, _ request: EndpointRequest) -> Int {
        let bound = serviceParts.balancing.spreads[Int(services[request.service].spread)].boundPercent
        guard bound > 0, !request.takesAny else { return highest(of: group, share: .infinity, request) }
        let chosen = highest(of: group, share: share(of: group, bound: bound, request), request)
        return chosen >= 0 ? chosen : highest(of: group, share: .infinity, request)
    }

    /// The winner among those that have less than `share` requests for each unit of their weight.
    private func highest(of group: EndpointGroup, share: Double, _ request: EndpointRequest) -> Int {
        let first = Int(group.first)
        var best = -1
        if group.rotationCount == 0 {
            // All weigh the same: the numbers themselves decide. Few of them ever lead, so few states are looked at.
            var highest: UInt64 = 0
            for endpoint in first..<first + Int(group.count) {
                let number = KeyHash.mix(request.key, serviceParts.balancing.seeds[endpoint])
                guard number >= highest, mayUse(endpoint, request), hasRoom(endpoint, share) else { continue }
                highest = number
                best = endpoint
            }
            return best
        }
        var highest = -Double.infinity
        for endpoint in first..<first + Int(group.count) {
            let number = KeyHash.mix(request.key, serviceParts.balancing.seeds[endpoint])
            // From the open interval between 0 and 1: its logarithm over the weight has the highest place with a
            // probability in proportion to the weight.
            let unit = (Double(number >> 12) + 0.5) * 0x1p-52
            let score = log(unit) / Double(endpoints[endpoint].weight)
            guard score > highest, mayUse(endpoint, request), hasRoom(endpoint, share) else { continue }
            highest = score
            best = endpoint
        }
        return best
    }

    private func hasRoom(_ endpoint: Int, _ share: Double) -> Bool {
        share == .infinity || Double(inFlight(endpoint)) < (share * Double(endpoints[endpoint].weight)).rounded(.up)
    }

    /// Requests for each unit of weight that an endpoint may have, this one included (Mirrokni, Thorup and Zadimoghaddam, 2016).
    private func share(of group: EndpointGroup, bound: Int, _ request: EndpointRequest) -> Double {
        var load = 1
        var weight = 0
        for endpoint in Int(group.first)..<Int(group.first + group.count) where mayUse(endpoint, request) {
            load += inFlight(endpoint)
            weight += Int(endpoints[endpoint].weight)
        }
        return weight == 0 ? .infinity : Double(load) * Double(bound) / 100 / Double(weight)
    }
}
