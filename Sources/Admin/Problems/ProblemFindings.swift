internal import Discovery
internal import Control
internal import Gateway
internal import Routing
internal import Spans
internal import Synchronization

/// Finds what is wrong with an edge beyond what the control plane knows of its entries.
///
/// Pure, but for reading counters.
enum ProblemFindings {
    /// Endpoints and services that are named one by one; the rest is counted.
    static let named = 100

    /// Endpoints that are out, and services that have none to ask.
    static func endpoints(of table: RoutingTable) -> [ProblemFinding] {
        var found: [ProblemFinding] = []
        var unnamed = 0
        for index in table.services.indices {
            let range = table.places(of: index)
            var (usable, inside) = (0, 0)
            for endpoint in range {
                let record = table.endpoints[endpoint]
                guard !record.isDraining, record.weight > 0 else { continue }
                usable += 1
                guard let finding = finding(table.states[endpoint]) else {
                    inside += 1
                    continue
                }
                if found.count < named { found.append(finding) } else { unnamed += 1 }
            }
            guard inside == 0 else { continue }
            let reason =
                usable == 0
                ? "no endpoint takes requests, so they get 503: start one, or enable one that is drained or disabled"
                : "all \(usable) endpoints are out, so all are asked all the same: see why each of them is"
            found.append(ProblemFinding("service", "service \(table.serviceNames[index])", reason))
        }
        if unnamed > 0 {
            found.append(ProblemFinding("more", "endpoints", "\(unnamed) more are out: see the first of them"))
        }
        return found
    }

    private static func finding(_ state: EndpointState) -> ProblemFinding? {
        let subject = "endpoint \(state.identity)"
        let isDown = state.health.load(ordering: .relaxed) == EndpointHealth.down.rawValue
        let isEjected = state.isEjected.load(ordering: .relaxed)
        guard isDown || isEjected else { return nil }
        let trouble = state.trouble.withLock { $0 }
        if isDown {
            return ProblemFinding(
                "down", subject, "its checks fail: \(trouble.orUnsaid): mend it; it comes back when they pass")
        }
        return ProblemFinding(
            "ejected", subject, "it answers badly and is out for a while: \(trouble.orUnsaid): see its log for why")
    }

    /// What operators have said and not taken back.
    static func overrides(_ overrides: [OverriddenEndpoint]) -> [ProblemFinding] {
        overrides.map { item in
            let words = [item.override.state?.rawValue, item.override.weight.map { "weight \($0)" }]
            var finding = ProblemFinding(
                "override", "endpoint \(item.service)/\(item.address)",
                "\(words.compactMap { $0 }.joined(separator: ", ")) by an operator: it stands until it is taken back "
                    + "(enable, weight?value=auto) or the endpoint goes",
                .notice)
            finding.since = item.override.since
            return finding
        }
    }

    /// That the collector of spans has not taken any for a while.
    static func spans(_ figures: SpanFigures?) -> [ProblemFinding] {
        guard let figures, let since = figures.failingSince, let reason = figures.failure,
            ContinuousClock.now - since >= .seconds(30)
        else { return [] }
        return [
            ProblemFinding(
                "spans", "tracing",
                "spans are not taken by the collector: \(reason): they are dropped (\(figures.dropped) so far): see it, and "
                    + "tracing.endpoint")
        ]
    }
}

extension String {
    /// This, or that nothing is known.
    fileprivate var orUnsaid: String { isEmpty ? "why is not known" : self }
}
