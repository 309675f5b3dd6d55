internal import Gateway
internal import Routing

/// What listeners, routes, services and endpoints have seen. A family's samples stand together, so that each list is gone
/// through once a family; its labels are made once a table.
extension EdgeMetrics {
    private typealias Labels = ExpositionWriter.Labels
    /// By class of the status, as they stand in ``TrafficCounters/answers``.
    private static let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"].map { Labels(("code", $0)) }

    func writeListeners(_ writer: inout ExpositionWriter) {
        typealias Listener = MetricCatalogue.Listener
        let labels = LabelTexts("listener", seen.listenerNames)
        let listeners = seen.listeners
        write(Listener.counters, listeners, labels, &writer)
        writer.begin(Listener.durations)
        for (name, durations) in zip(seen.listenerNames, seen.listenerDurations) {
            writer.histogram(
                Labels(("listener", name)), bounds: Self.bounds, counts: durations.counts, nanoseconds: durations.sum)
        }
        writer.family(Listener.inFlight, of: labels) { listeners[$0].underway }
        writer.family(Listener.connections, of: labels) { listeners[$0].connections }
        writer.family(Listener.accepted, of: labels) { listeners[$0].opened }
        writer.begin(Listener.handshakes)
        let handshakes = seen.handshakes
        for (result, count) in [
            ("full", { $0.succeeded &- $0.resumed }), ("resumed", \.resumed), ("failed", \.failed),
        ] as [(String, (HandshakeCounters) -> UInt64)] {
            writer.samples(of: labels, with: Labels(("result", result))) { index in
                hasHandshakes(index) ? count(handshakes[index]) : nil
            }
        }
        writer.begin(Listener.sessions)
        for session in HandshakeCounters.Session.allCases {
            let more = Labels(("version", session.version), ("protocol", session.protocolName))
            writer.samples(of: labels, with: more) { index in
                let count = handshakes[index][session]
                return count > 0 ? count : nil
            }
        }
    }

    private func hasHandshakes(_ listener: Int) -> Bool {
        seen.handshakes[listener].succeeded > 0 || seen.handshakes[listener].failed > 0
    }

    func writeRoutes(_ writer: inout ExpositionWriter) {
        typealias Route = MetricCatalogue.Route
        let routes = Self.capped(seen.routes, at: caps.routes) { $0.add($1) }
        write(Route.counters, routes, labels.routes, &writer)
        writer.begin(Route.durations)
        writer.summaries(of: labels.routes) { (routes[$0].nanoseconds, routes[$0].ended) }
        writer.family(Route.inFlight, of: labels.routes) { routes[$0].underway }
    }

    // MARK: Services

    func writeServices(_ writer: inout ExpositionWriter) {
        typealias Service = MetricCatalogue.Service
        let counters = Self.capped(seen.services, at: caps.services) { $0.add($1) }
        write(Service.counters, counters, labels.services, &writer)
        writeDurations(&writer)
        var all = [ServiceFigures](repeating: ServiceFigures(), count: seen.services.count)
        for (index, endpoint) in seen.table.endpoints.enumerated() {
            all[Int(endpoint.service)].endpoints += 1
            if seen.isIn(index) { all[Int(endpoint.service)].usable += 1 }
            all[Int(endpoint.service)].inFlight += UInt64(clamping: seen.standings[index].inFlight)
        }
        let figures = Self.capped(all, at: caps.services) { $0.add($1) }
        writer.begin(Service.endpoints)
        writer.samples(of: labels.services, with: Labels(("state", "all"))) { figures[$0].endpoints }
        writer.samples(of: labels.services, with: Labels(("state", "in"))) { figures[$0].usable }
        writer.family(Service.inFlight, of: labels.services) { figures[$0].inFlight }
        writeResilience(&writer)
    }

    private func writeDurations(_ writer: inout ExpositionWriter) {
        writer.begin(MetricCatalogue.Service.durations)
        var (others, written) = (seen.otherDurations, 0)
        for (index, durations) in seen.durations.enumerated() {
            guard let durations else { continue }
            guard written < caps.histograms, index < caps.services else {
                others.add(durations)
                continue
            }
            written += 1
            writer.histogram(
                labels.services.octets[labels.services[index]], bounds: Self.bounds, counts: durations.counts,
                nanoseconds: durations.sum)
        }
        guard written < seen.services.count else { return }
        writer.histogram(
            Labels(("service", LabelTexts.other)), bounds: Self.bounds, counts: others.counts, nanoseconds: others.sum)
    }

    private func writeResilience(_ writer: inout ExpositionWriter) {
        typealias Service = MetricCatalogue.Service
        let all = Self.capped(seen.resilience, at: caps.services) { $0.add($1) }
        func tell(_ family: MetricFamily, _ results: [(String?, (ResilienceCounters) -> UInt64)]) {
            writer.begin(family)
            for (result, value) in results {
                let more = result.map { Labels(("result", $0)) } ?? .none
                writer.samples(of: labels.services, with: more) { value(all[$0]) }
            }
        }
        tell(Service.retries, [("made", \.retries), ("denied", \.retriesDenied)])
        tell(Service.retriesLeft, [(nil, { UInt64(clamping: $0.retriesLeft) })])
        tell(Service.hedges, [("won", \.hedgesWon), ("lost", { $0.hedges &- $0.hedgesWon })])
        tell(
            Service.queued, [("all", \.queued), ("timeout", \.queueTimeouts), ("refused", \.queueRefusals)])
        tell(Service.waiting, [(nil, { UInt64(clamping: $0.waiting) })])
    }

    // MARK: Endpoints

    func writeEndpoints(_ writer: inout ExpositionWriter) {
        typealias Endpoint = MetricCatalogue.Endpoint
        let counters = Self.capped(seen.endpoints, at: caps.endpoints) { $0.add($1) }
        write(Endpoint.counters, counters, labels.endpoints, &writer)
        writer.begin(Endpoint.durations)
        writer.summaries(of: labels.endpoints) { (counters[$0].nanoseconds, counters[$0].ended) }
        writer.family(Endpoint.connections, of: labels.endpoints) { counters[$0].opened }
        writer.family(Endpoint.failures, of: labels.endpoints) { counters[$0].failures }
        writer.family(Endpoint.retries, of: labels.endpoints) { counters[$0].retries }
        let figures = Self.capped(
            seen.standings.indices.map { EndpointFigures(seen, at: $0) }, at: caps.endpoints
        ) { $0.add($1) }
        func tell(_ family: MetricFamily, _ value: (EndpointFigures) -> UInt64?) {
            writer.family(family, of: labels.endpoints) { value(figures[$0]) }
        }
        tell(Endpoint.inFlight, \.inFlight)
        tell(Endpoint.isIn, \.isIn)
        tell(Endpoint.weight, \.weight)
        // What most endpoints never have is told of those alone that have it.
        tell(Endpoint.healthy) { $0.passed > 0 || $0.failed > 0 ? $0.healthy : nil }
        writer.begin(Endpoint.checks)
        for (result, count) in [("passed", \EndpointFigures.passed), ("failed", \.failed)] {
            writer.samples(of: labels.endpoints, with: Labels(("result", result))) { index in
                let figures = figures[index]
                return figures.passed > 0 || figures.failed > 0 ? figures[keyPath: count] : nil
            }
        }
        tell(Endpoint.ejections) { $0.ejections > 0 ? $0.ejections : nil }
        tell(Endpoint.ejected) { $0.ejected > 0 ? $0.ejected : nil }
    }

    // MARK: Of all

    private func write(
        _ families: MetricCatalogue.TrafficFamilies, _ counters: [TrafficCounters], _ labels: LabelTexts,
        _ writer: inout ExpositionWriter
    ) {
        writer.family(families.requests, of: labels) { counters[$0].requests }
        writer.begin(families.responses)
        for (place, more) in Self.classes.enumerated() {
            writer.samples(of: labels, with: more) { index in
                let count = counters[index].answers(at: place)
                return count > 0 ? count : nil
            }
        }
        writer.family(families.received, of: labels) { counters[$0].bytesIn }
        writer.family(families.sent, of: labels) { counters[$0].bytesOut }
    }

    /// The first `cap` of `all`, and the sum of the rest where there is any.
    private static func capped<Figures>(
        _ all: [Figures], at cap: Int, _ add: (inout Figures, Figures) -> Void
    ) -> [Figures] {
        guard all.count > cap else { return all }
        var rest = all[cap]
        for figures in all[(cap + 1)...] { add(&rest, figures) }
        return all[..<cap] + [rest]
    }
}
