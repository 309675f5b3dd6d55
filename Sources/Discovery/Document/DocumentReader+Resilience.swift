internal import Routing

/// What bounds the harm of endpoints that fail: retries and their budget, limits on requests under way.
extension DocumentReader {
    /// The keys of `limits` that ``readCircuit(_:_:into:)`` reads.
    static let circuitKeys = ["connections_per_endpoint", "connections", "pending", "queue"]

    /// Reads `retries`.
    func readRetries(_ node: DocumentNode, _ scope: PolicyDocument.Scope, into policy: inout ServicePolicy) {
        let members = fields(of: node, in: "retries", keys: ["attempts", "on", "budget"])
        policy.attempts = integer(members["attempts"], "retries.attempts", in: 0...10).map { UInt8($0) }
        if let list = members["on"] { policy.causes = causes(list) }
        guard let budget = members["budget"] else { return }
        guard scope != .route else {
            report("a budget is its service's, not the route's: write it under services: NAME:", at: budget)
            return
        }
        readBudget(budget, into: &policy)
    }

    private func causes(_ list: DocumentNode) -> RetryCauses {
        var causes: RetryCauses = []
        for item in items(of: list, in: "retries.on") {
            if let cause = RetryCauses.names.first(where: { $0.name == item.scalar })?.cause {
                causes.insert(cause)
            } else {
                let known = RetryCauses.names.map(\.name).joined(separator: ", ")
                report("\(quoted(item)) in retries.on: it is one of \(known)", at: item)
            }
        }
        return causes
    }

    /// `20%`, or a mapping of the share and the retries a second that there always are.
    private func readBudget(_ node: DocumentNode, into policy: inout ServicePolicy) {
        guard case .mapping = node.content else {
            policy.retryShare = thousandths(node, "retries.budget")
            return
        }
        let members = fields(of: node, in: "retries.budget", keys: ["share", "minimum"])
        policy.retryShare = thousandths(members["share"], "retries.budget.share")
        policy.retryMinimum = integer(members["minimum"], "retries.budget.minimum", in: 0...10_000).map { UInt16($0) }
    }

    /// Reads `hedge`: `off`, or a mapping that says after how long another endpoint is asked as well.
    func readHedge(_ node: DocumentNode, _ scope: PolicyDocument.Scope, into policy: inout ServicePolicy) {
        guard scope != .route else {
            report("hedge is its service's, not the route's: write it under services: NAME:", at: node)
            return
        }
        if case .scalar("off", _) = node.content {
            policy.hedge = .some(nil)
            return
        }
        let members = fields(of: node, in: "hedge", keys: ["after"])
        var hedge = HedgePolicy()
        if let after = members["after"] {
            let text = after.scalar ?? ""
            if text.hasPrefix("p"), let percent = Double(text.dropFirst()), (50...99.9).contains(percent) {
                hedge.quantile = UInt16((percent * 10).rounded())
            } else if !text.hasPrefix("p"), let delay = milliseconds(after, "hedge.after"), delay > 0 {
                hedge.delay = delay
            } else {
                report(
                    "hedge.after is \(quoted(after)): it is p95 (p50 to p99.9) or a duration such as 50ms", at: after)
                return
            }
        }
        policy.hedge = .some(hedge)
    }

    private func thousandths(_ node: DocumentNode?, _ what: String) -> UInt16? {
        fraction(node, what).map { UInt16(($0 * 1_000).rounded()) }
    }

    /// Reads what `limits` says of requests under way.
    func readCircuit(
        _ members: [String: DocumentNode], _ scope: PolicyDocument.Scope, into policy: inout ServicePolicy
    ) {
        if scope == .route {
            for key in Self.circuitKeys {
                guard let node = members[key] else { continue }
                report("\(key) is its service's: write it under services: NAME:", at: node)
            }
            return
        }
        let most = 0...1_000_000
        policy.connectionsPerEndpoint = integer(
            members["connections_per_endpoint"], "limits.connections_per_endpoint", in: most)
        policy.connections = integer(members["connections"], "limits.connections", in: most).map { Int32($0) }
        policy.pending = integer(members["pending"], "limits.pending", in: most).map { Int32($0) }
        policy.queue = milliseconds(members["queue"], "limits.queue")
    }
}
