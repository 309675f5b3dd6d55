/// Whose limit a rate is.
public enum RateOwner: Sendable, Equatable {
    /// The request's listener's.
    case listener
    /// A route's or a service's, by its ``RouteRecord/statisticsSlot``.
    case slot(Int32)
}

/// How full the bucket is that a request would be charged to.
public struct RateStanding: Sendable, Equatable {
    /// Requests that it admits now, one after the other.
    public var left: Int
    /// Nanoseconds until it admits one; 0 where it does now.
    public var wait: UInt64
    /// Nanoseconds until it is full.
    public var refill: UInt64

    /// How a bucket of `rule` stands that is full at `full`.
    public init(_ rule: RateRule, full: UInt64, now: UInt64) {
        left = rule.left(full: full, now: now)
        wait = rule.admit(full: full, now: now).wait
        refill = full > now ? full - now : 0
    }

    /// `57 left now, full again in 4 s`.
    var words: String {
        func span(_ nanoseconds: UInt64) -> String { duration(max(1, nanoseconds / 1_000_000)) }
        if left == 0 { return "none left now, the next in \(span(wait)), full again in \(span(refill))" }
        return "\(left) left now" + (refill > 0 ? ", full again in \(span(refill))" : "")
    }
}

extension RoutingTable {
    /// What a rate answers as its bucket stands; nil if the request goes on.
    func rate(
        _ rate: CompiledRate, _ limit: RateLimit, _ owner: RateOwner, of name: String, _ request: ExplainedRequest,
        _ gates: inout [ExplanationGate]
    ) -> Explanation.Outcome? {
        guard rate.rule != nil else { return nil }
        guard request.knowsClient || rate.kind != .address else {
            let detail = "\(limit.words); the client's address is not given"
            gates.append(ExplanationGate("rate", of: name, .depends, detail))
            return nil
        }
        guard let standing = request.standing?(request, owner, rate) else {
            gates.append(ExplanationGate("rate", of: name, .depends, limit.words))
            return nil
        }
        let detail = "\(limit.words); \(standing.words)"
        gates.append(ExplanationGate("rate", of: name, standing.left > 0 ? .passes : .stops, detail))
        return standing.left > 0 ? nil : .refused(.tooManyRequests, "\(name) takes \(detail)")
    }
}
