extension TopModel {
    /// Takes in what came from the edge.
    mutating func take(_ event: FeedEvent) {
        switch event {
        case .facts(let facts):
            if facts.startedAt != position.startedAt {
                // Another edge, or the same one started anew: its events begin anew, too.
                position = EdgeFeed.Position(startedAt: facts.startedAt)
                eventFacts = []
                areListsOld = true
            }
            self.facts = facts
            edgeTime = max(edgeTime, facts.startedAt.addingReportingOverflow(facts.uptime ?? 0).partialValue)
            link = .live
        case .problems(let list): (problemFacts, areListsOld) = (list, true)
        case .endpoints(let service, let list): take(list, of: service)
        case .rates(let report): take(report)
        case .totals(let totals): self.totals = totals
        case .happened(let facts): take(facts)
        case .lost(let reason, let delay):
            let since = if case .lost(_, let since, _) = link { since } else { now }
            let (seconds, attoseconds) = delay.components
            link = .lost(reason, since: since, retryAt: now + Double(seconds) + Double(attoseconds) / 1e18)
        }
    }

    /// Seconds from then to the edge's now.
    func age(since time: Int64) -> Int64 { max(0, edgeTime.subtractingReportingOverflow(time).partialValue) }

    private mutating func take(_ report: RateReport) {
        link = .live
        if report.time.isFinite, abs(report.time) < 1e12 { edgeTime = Int64(report.time) }
        // The first report of a stream has nothing to compare with.
        let hasSpan = report.seconds > 0
        total = report.total
        let known = Dictionary(
            services.rows.map { ($0.name, $0.history) }, uniquingKeysWith: { first, _ in first })
        services.replace(
            report.services.map { service in
                var history = known[service.name] ?? []
                if hasSpan { history.append(service.rates.requests) }
                return ServiceRow(
                    name: service.name, rates: service.rates, endpoints: service.endpoints,
                    endpointsIn: service.endpointsIn, inFlight: service.inFlight,
                    history: history.suffix(ServiceRow.historyLength))
            })
        hasRates = hasRates || hasSpan
        if let service, hasEndpoints { take(report.endpoints ?? [], of: service) }
        // They tell ages.
        areListsOld = true
    }

    /// The list says which endpoints there are.
    private mutating func take(_ list: [EndpointFacts], of service: String) {
        guard service == self.service else { return }
        let known = Dictionary(endpoints.rows.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        endpoints.replace(list.map { EndpointRow($0, known: known[$0.address], now: edgeTime) })
        hasEndpoints = true
    }

    /// A report says what those do that do something; the others do nothing.
    private mutating func take(_ list: [RateReport.Endpoint], of service: String) {
        let reported = Dictionary(
            list.lazy.filter { $0.service == service }.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first }
        )
        endpoints.replace(
            endpoints.rows.map { row in
                var row = row
                guard let report = reported[row.address] else {
                    row.rates = Rates()
                    return row
                }
                row.rates = report.rates
                row.state = report.state
                row.inFlight = report.inFlight ?? row.inFlight
                return row
            })
    }

    private mutating func take(_ event: EventFacts) {
        guard event.id > position.last else { return }
        position.last = event.id
        edgeTime = max(edgeTime, event.time)
        eventFacts.append(event)
        if eventFacts.count > 2 * EventRow.kept { eventFacts.removeFirst(EventRow.kept) }
        areListsOld = true
    }

    /// Makes the list that is looked at of what has come since it was made.
    mutating func renewLists() {
        guard areListsOld else { return }
        switch view {
        case .services, .endpoints: return
        case .problems:
            problems.replace(problemFacts.map { ProblemRow(facts: $0, age: age(since: $0.since)) })
        case .events:
            events.replace(
                eventFacts.suffix(EventRow.kept).map { EventRow(facts: $0, age: age(since: $0.time)) })
        }
        areListsOld = false
    }

    /// What became of an order.
    mutating func took(_ order: EndpointOrder, failure: String?) {
        let done = order.action == .drain ? "drains" : "is enabled"
        message = failure.map { "\(order.address): \($0)" } ?? "\(order.service)/\(order.address) \(done)"
    }
}
