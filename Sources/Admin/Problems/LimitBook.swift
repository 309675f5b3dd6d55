internal import Gateway
internal import Routing
internal import Synchronization

/// Limits that were reached of late: counters that have grown within a minute.
struct LimitBook: Sendable {
    /// How long a limit that was reached counts as a problem, in seconds.
    static let memory: Int64 = 60

    /// A limit: what counts how often it was reached, and what that means.
    private struct Limit {
        var subject: String
        var count: UInt64
        var reason: String
    }

    private var counts: [String: UInt64] = [:]
    private var hasLooked = false
    private var reached: [String: Int64] = [:]

    /// Takes the counters at `now`, in seconds, and says which have grown within the last minute.
    mutating func findings(_ totals: GatewayTotals, _ table: RoutingTable, now: Int64) -> [ProblemFinding] {
        var found: [ProblemFinding] = []
        var next: [String: UInt64] = [:]
        for limit in Self.limits(totals, table) {
            next[limit.subject] = limit.count
            // What was counted before anybody looked is of unknown age.
            if hasLooked, limit.count > counts[limit.subject] ?? 0 { reached[limit.subject] = now }
            guard let time = reached[limit.subject], now - time < Self.memory else { continue }
            found.append(ProblemFinding("limit", limit.subject, "\(limit.reason) (\(limit.count) so far)"))
        }
        counts = next
        hasLooked = true
        reached = reached.filter { next[$0.key] != nil && now - $0.value < Self.memory }
        return found
    }

    private static func limits(_ totals: GatewayTotals, _ table: RoutingTable) -> [Limit] {
        var limits = [
            Limit(
                subject: "connections", count: totals.refusals.limit,
                reason: "clients are turned away, for a worker has as many connections as it may: raise ulimit -n"),
            Limit(
                subject: "descriptors", count: totals.refusals.descriptors,
                reason: "clients are turned away, for no descriptor is left: raise ulimit -n"),
            Limit(
                subject: "connections of an address", count: totals.refusals.address,
                reason: "clients are turned away by what one address may have: see in the access log who they are, and "
                    + "raise the listener's limits if they are welcome"),
            Limit(
                subject: "access log", count: totals.logLinesDropped,
                reason:
                    "lines are dropped, for their destination takes them too slowly: log a sample, or to a faster disk"
            ),
        ]
        for state in table.serviceStates {
            let queue =
                state.queueRefusals.load(ordering: .relaxed) &+ state.queueTimeouts.load(ordering: .relaxed)
            let retries = state.retriesDenied.load(ordering: .relaxed)
            if queue > 0 {
                limits.append(
                    Limit(
                        subject: "service \(state.name): queue", count: queue,
                        reason: "requests find no endpoint with room in time: start more endpoints, or raise "
                            + "connections_per_endpoint"))
            }
            if retries > 0 {
                limits.append(
                    Limit(
                        subject: "service \(state.name): retries", count: retries,
                        reason:
                            "the budget for retries is used up, so failures reach clients: see why so many tries fail"
                    ))
            }
        }
        return limits
    }
}
