internal import Gateway
internal import Routing

/// What listeners, routes, services and endpoints have seen. A family's samples stand together, so that each list is gone
/// through once a family; its labels are made once.
extension EdgeMetrics {
    private typealias Labels = ExpositionWriter.Labels
    private static let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"]

    func writeTraffic(_ writer: inout ExpositionWriter) {
        let listeners = seen.listenerNames.map { Labels(("listener", $0)) }
        write(MetricCatalogue.Traffic.listener, seen.listeners[...], listeners, &writer)
        let routes = seen.table.routeNames.prefix(caps.routes).map { Labels(("route", $0)) }
        write(MetricCatalogue.Traffic.route, seen.routes.prefix(caps.routes), routes, &writer)
    }

    func writeServices(_ writer: inout ExpositionWriter) {
        typealias Service = MetricCatalogue.Service
        let count = min(caps.services, seen.services.count)
        let labels = seen.table.serviceNames.prefix(count).map { Labels(("service", $0)) }
        write(Service.counters, seen.services.prefix(count), labels, &writer)
        writer.begin(Service.durations)
        for index in writtenDurations {
            guard let durations = seen.durations[index] else { continue }
            let label = index < count ? labels[index] : Labels(("service", seen.table.serviceNames[index]))
            writer.histogram(
                label, bounds: Self.bounds, counts: durations.counts, sum: Self.seconds(durations.sum))
        }
        var (endpoints, usable, inFlight) = (
            [Int](repeating: 0, count: seen.services.count), [Int](repeating: 0, count: seen.services.count),
            [Int](repeating: 0, count: seen.services.count)
        )
        for (index, endpoint) in seen.table.endpoints.enumerated() {
            let service = Int(endpoint.service)
            endpoints[service] += 1
            if Self.isIn(endpoint, seen.standings[index]) { usable[service] += 1 }
            inFlight[service] += seen.standings[index].inFlight
        }
        writer.begin(Service.endpoints)
        for index in 0..<count {
            writer.sample(labels[index].with("state", "all"), endpoints[index])
            writer.sample(labels[index].with("state", "in"), usable[index])
        }
        writer.begin(Service.inFlight)
        for index in 0..<count { writer.sample(labels[index], inFlight[index]) }
        writeResilience(labels, &writer)
    }

    private func writeResilience(_ labels: [Labels], _ writer: inout ExpositionWriter) {
        typealias Service = MetricCatalogue.Service
        let all = zip(labels, seen.resilience)
        writer.begin(Service.retries)
        for (labels, counters) in all {
            writer.sample(labels.with("result", "made"), counters.retries)
            writer.sample(labels.with("result", "denied"), counters.retriesDenied)
        }
        writer.begin(Service.retriesLeft)
        for (labels, counters) in all { writer.sample(labels, counters.retriesLeft) }
        writer.begin(Service.hedges)
        for (labels, counters) in all {
            writer.sample(labels.with("result", "won"), counters.hedgesWon)
            writer.sample(labels.with("result", "lost"), counters.hedges &- counters.hedgesWon)
        }
        writer.begin(Service.queued)
        for (labels, counters) in all {
            writer.sample(labels.with("result", "all"), counters.queued)
            writer.sample(labels.with("result", "timeout"), counters.queueTimeouts)
            writer.sample(labels.with("result", "refused"), counters.queueRefusals)
        }
        writer.begin(Service.waiting)
        for (labels, counters) in all { writer.sample(labels, counters.waiting) }
    }

    func writeEndpoints(_ writer: inout ExpositionWriter) {
        typealias Endpoint = MetricCatalogue.Endpoint
        let table = seen.table
        let count = min(caps.endpoints, seen.endpoints.count)
        let labels = (0..<count).map { index in
            // The identity begins with the service's name, which has no slash.
            let identity = table.states[index].identity
            let slash = identity.firstIndex(of: "/") ?? identity.endIndex
            return Labels(("service", String(identity[..<slash])), ("endpoint", String(identity[slash...].dropFirst())))
        }
        write(Endpoint.counters, seen.endpoints.prefix(count), labels, &writer)
        writer.begin(Endpoint.inFlight)
        for index in 0..<count { writer.sample(labels[index], seen.standings[index].inFlight) }
        writer.begin(Endpoint.failures)
        for index in 0..<count { writer.sample(labels[index], seen.endpoints[index].failures) }
        writer.begin(Endpoint.retries)
        for index in 0..<count { writer.sample(labels[index], seen.endpoints[index].retries) }
        writer.begin(Endpoint.isIn)
        for index in 0..<count {
            writer.sample(labels[index], Self.isIn(table.endpoints[index], seen.standings[index]) ? 1 : 0)
        }
        writer.begin(Endpoint.weight)
        for index in 0..<count { writer.sample(labels[index], table.endpoints[index].weight) }
        // What most endpoints never have is told of those alone that have it.
        writer.begin(Endpoint.checks)
        for index in 0..<count {
            let standing = seen.standings[index]
            guard standing.checksPassed > 0 || standing.checksFailed > 0 else { continue }
            writer.sample(labels[index].with("result", "passed"), standing.checksPassed)
            writer.sample(labels[index].with("result", "failed"), standing.checksFailed)
        }
        writer.begin(Endpoint.ejections)
        for index in 0..<count where seen.standings[index].ejections > 0 {
            writer.sample(labels[index], seen.standings[index].ejections)
        }
        writer.begin(Endpoint.ejected)
        for index in 0..<count where seen.standings[index].isEjected { writer.sample(labels[index], 1) }
    }

    /// Whether new requests may go to an endpoint, others being in or not.
    static func isIn(_ endpoint: EndpointRecord, _ standing: EndpointStanding) -> Bool {
        !endpoint.isDraining && endpoint.weight > 0 && standing.health != .down && !standing.isEjected
    }

    private func write(
        _ families: MetricCatalogue.Traffic.Counters, _ counters: ArraySlice<TrafficCounters>, _ labels: [Labels],
        _ writer: inout ExpositionWriter
    ) {
        let all = zip(labels, counters)
        writer.begin(families.requests)
        for (labels, counters) in all { writer.sample(labels, counters.requests) }
        writer.begin(families.responses)
        for (labels, counters) in all {
            for (index, count) in counters.answers.enumerated() where count > 0 {
                writer.sample(labels.with("code", Self.classes[index]), count)
            }
        }
        writer.begin(families.received)
        for (labels, counters) in all { writer.sample(labels, counters.bytesIn) }
        writer.begin(families.sent)
        for (labels, counters) in all { writer.sample(labels, counters.bytesOut) }
    }
}
