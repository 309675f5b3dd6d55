internal import Control
internal import Discovery
internal import Gateway
internal import KeyValue
internal import Routing

/// What is in the table in force, with what was counted of it.
extension EdgeViews {
    /// `/api/v1/services`; `name`: that one alone.
    func services(named name: String?) -> AdminAnswer {
        let seen = subject.gateway.observe()
        let descriptions = seen.descriptions
        return .json { writer in
            let wanted = seen.table.serviceNames.enumerated().filter { name == nil || name == $0.element }
            writer.objects("services", of: wanted) { writer, item in
                let (index, known) = item
                let range = seen.table.places(of: index)
                writer.member("name", known)
                writer.member("balance", seen.table.services[index].balance.rawValue)
                writer.member("protocol", descriptions[known]?.protocol.word)
                writer.member("endpoints", range.count)
                writer.member("endpoints_in", range.count { seen.isIn($0) })
                writer.member("in_flight", range.reduce(0) { $0 + seen.standings[$1].inFlight })
                writer.traffic(seen.services[index])
                Self.write(seen.resilience[index], to: &writer)
                Self.write(seen.durations[index], to: &writer)
            }
        }
    }

    private static func write(_ counters: ResilienceCounters, to writer: inout JSONWriter) {
        writer.member("retries", counters.retries)
        writer.member("retries_denied", counters.retriesDenied)
        writer.member("retries_left", counters.retriesLeft)
        writer.member("hedges", counters.hedges)
        writer.member("hedges_won", counters.hedgesWon)
        writer.member("queued", counters.queued)
        writer.member("queue_timeouts", counters.queueTimeouts)
        writer.member("queue_refusals", counters.queueRefusals)
        writer.member("queue_length", counters.waiting)
    }

    /// The shares of requests that are told how long they took at the most.
    static let quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99)]

    /// Quantiles to the range that they are in; null where nothing is counted.
    private static func write(_ durations: DurationHistogram?, to writer: inout JSONWriter) {
        writer.name("durations")
        guard let durations, durations.count > 0 else { return writer.null() }
        writer.object { writer in
            writer.member("count", durations.count)
            writer.member("sum", EdgeMetrics.seconds(durations.sum))
            for (name, share) in quantiles {
                writer.member(name, EdgeMetrics.seconds(durations.quantile(share)))
            }
        }
    }

    /// `/api/v1/routes`; `name`: that one alone.
    func routes(named name: String?) -> AdminAnswer {
        let seen = subject.gateway.observe()
        let descriptions = Dictionary(
            seen.table.description.routes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return .json { writer in
            writer.name("routes")
            writer.array { writer in
                for (index, known) in seen.table.routeNames.enumerated() where name == nil || name == known {
                    guard let route = descriptions[known] else { continue }
                    writer.object { writer in
                        Self.write(route, to: &writer)
                        writer.traffic(seen.routes[index])
                    }
                }
            }
        }
    }

    private static func write(_ route: RouteDescription, to writer: inout JSONWriter) {
        writer.member("name", route.name)
        writer.member("hosts", route.hosts)
        writer.member("paths", route.paths)
        writer.member("methods", route.methods)
        writer.objects("headers", of: route.headers) { writer, header in
            writer.member("name", header.name)
            writer.member("value", header.value)
        }
        writer.objects("services", of: route.services) { writer, share in
            writer.member("service", share.service)
            writer.member("weight", share.weight)
        }
        writer.name("redirect")
        if let redirect = route.redirect {
            writer.object { writer in
                writer.member("to", redirect.to)
                writer.member("status", redirect.status)
            }
        } else {
            writer.null()
        }
        writer.provenance(route.provenance)
    }
}
