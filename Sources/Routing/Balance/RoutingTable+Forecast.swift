extension RoutingTable {
    /// How many of the next requests each endpoint of `service` would get as things stand, and how many were tried: asked of
    /// the balancer itself, time and again, as if none of them changed anything.
    ///
    /// The first of the service's endpoints is at 0. The choice's `random` does not count.
    func forecast(service: Int, _ choice: EndpointChoice) -> (counts: [Int], draws: Int) {
        let range = endpointIndices(of: service)
        var counts = [Int](repeating: 0, count: range.count)
        guard !range.isEmpty else { return (counts, 0) }
        let draws = draws(for: service)
        // The same numbers each time, so that asking twice gives one answer.
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        var cursor: UInt32 = 0
        var choice = choice
        for _ in 0..<draws {
            state = state &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
            choice.random = KeyHash.mix(state, 0x666F_7265)
            let endpoint = endpoint(for: service, cursor: &cursor, choice)
            if endpoint >= 0 { counts[endpoint - range.lowerBound] += 1 }
        }
        return (counts, draws)
    }

    /// Whole rounds where requests go by turn, and no more work than some milliseconds'.
    private func draws(for service: Int) -> Int {
        let record = services[service]
        let count = max(1, Int(record.endpointCount))
        if count == 1 { return 1 }
        switch record.balance {
        case .roundRobin:
            let round = max(1, Int(max(record.primary.rotationCount, record.primary.count)))
            return (1_023 / round + 1) * round
        case .randomTwo, .peakEWMA: return max(1_024, 4 * count)
        // Each looks at every endpoint.
        case .leastConnections: return count * max(1, min(64, 1_000_000 / (count * count)))
        case .hash, .source, .first: return max(16, min(256, 1_000_000 / count))
        }
    }
}
