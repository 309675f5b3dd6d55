internal import Gateway
internal import KeyValue
internal import Routing

/// How fast everything goes: what was counted between two observations of a gateway.
struct RateReading: Sendable {
    /// What one endpoint does.
    struct Endpoint: Sendable, Equatable {
        var address: String
        /// One word, as the endpoints' listing has it.
        var state: String
        var figures: RateFigures
        /// Seconds that its answered requests took on average; nil where none was.
        var mean: Double?
        var inFlight: Int
    }

    /// Counted up from 1 while somebody listens.
    let number: UInt64
    /// The JSON that all listeners get, without its last brace: made once.
    let opening: [UInt8]
    private let seen: GatewayObservation
    private let former: GatewayObservation
    /// Where each endpoint stood in the former table; nil where the tables are one.
    private let formerPlaces: [String: Int]?
    private let seconds: Double

    /// What came between `former` and `seen`, `seconds` later, at `time` in seconds since 1970.
    init(from former: GatewayObservation, to seen: GatewayObservation, seconds: Double, time: Int64, number: UInt64) {
        self.number = number
        self.seen = seen
        self.former = former
        self.seconds = seconds
        let isSame = former.table === seen.table
        formerPlaces = isSame ? nil : Self.places(former.table.states.map(\.identity))
        opening = Self.opening(
            from: former, to: seen, services: isSame ? nil : Self.places(former.table.serviceNames), seconds: seconds,
            time: time)
    }

    private static func places(_ names: [String]) -> [String: Int] {
        Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }

    /// The endpoints of a service, in the table's order; none where there is no such service.
    func endpoints(of service: String) -> [Endpoint] {
        guard let index = seen.table.serviceNames.firstIndex(of: service) else { return [] }
        return seen.table.places(of: index).map { place in
            let formerPlace = formerPlaces.map { $0[seen.table.states[place].identity] } ?? place
            let growth = seen.endpoints[place].growth(since: formerPlace.map { former.endpoints[$0] })
            return Endpoint(
                address: "\(seen.table.endpoints[place].address)",
                state: EdgeViews.state(seen.table.endpoints[place], seen.standings[place]),
                // A failed try that was not made again is counted as an answer, too.
                figures: RateFigures(growth, failures: max(growth.failures, growth.answers(at: 4)), seconds: seconds),
                mean: growth.ended > 0 ? EdgeMetrics.seconds(growth.nanoseconds / growth.ended) : nil,
                inFlight: seen.standings[place].inFlight)
        }
    }

    // MARK: JSON

    /// The whole event; `endpoints`: those of `service` that are to be told, nil for a listener that asks for none.
    func event(of service: String, _ endpoints: [Endpoint]?) -> [UInt8] {
        var event = opening
        if let endpoints {
            var writer = JSONWriter(isPretty: false)
            writer.array { writer in
                for endpoint in endpoints {
                    writer.object { writer in
                        writer.member("service", service)
                        writer.member("address", endpoint.address)
                        writer.member("state", endpoint.state)
                        endpoint.figures.write(to: &writer)
                        writer.name("mean")
                        if let mean = endpoint.mean { writer.number(mean) } else { writer.null() }
                        writer.member("in_flight", endpoint.inFlight)
                    }
                }
            }
            event += Array(",\"endpoints\":".utf8) + writer.finished()
        }
        event.append(UInt8(ascii: "}"))
        return event
    }

    private static func opening(
        from former: GatewayObservation, to seen: GatewayObservation, services formerPlaces: [String: Int]?,
        seconds: Double, time: Int64
    ) -> [UInt8] {
        var whole = TrafficCounters()
        for (counters, old) in zip(seen.listeners, former.listeners) {
            whole.add(counters.growth(since: old))
        }
        let durations = seen.table.serviceNames.enumerated().map { index, name in
            let place = formerPlaces.map { $0[name] } ?? index
            return seen.durations[index]?.growth(since: place.flatMap { former.durations[$0] })
        }
        var all = DurationHistogram()
        for case let durations? in durations where durations.count > 0 { all.add(durations) }
        var writer = JSONWriter(isPretty: false)
        writer.object { writer in
            writer.member("time", time)
            writer.member("seconds", (seconds * 1000).rounded() / 1000)
            writer.name("total")
            writer.object { writer in
                RateFigures(whole, failures: whole.answers(at: 4), seconds: seconds).write(to: &writer)
                writer.quantiles(of: all)
                writer.member("in_flight", seen.standings.reduce(0) { $0 + $1.inFlight })
            }
            writer.objects("services", of: seen.table.serviceNames.enumerated()) { writer, item in
                let (index, name) = item
                let place = formerPlaces.map { $0[name] } ?? index
                let growth = seen.services[index].growth(since: place.map { former.services[$0] })
                let range = seen.table.places(of: index)
                writer.member("name", name)
                RateFigures(growth, failures: growth.answers(at: 4), seconds: seconds).write(to: &writer)
                writer.quantiles(of: durations[index])
                writer.member("in_flight", range.reduce(0) { $0 + seen.standings[$1].inFlight })
                writer.member("endpoints", range.count)
                writer.member("endpoints_in", range.count { seen.isIn($0) })
            }
        }
        return Array(writer.finished().dropLast())
    }
}

extension JSONWriter {
    /// Quantiles to the range that they are in; null where nothing is counted.
    fileprivate mutating func quantiles(of durations: DurationHistogram?) {
        let isCounted = (durations?.count ?? 0) > 0
        for (quantile, share) in EdgeViews.quantiles {
            name(quantile)
            if isCounted, let durations { number(EdgeMetrics.seconds(durations.quantile(share))) } else { null() }
        }
    }
}

extension RoutingTable {
    /// Where the endpoints of the service at `index` stand among all.
    func places(of index: Int) -> Range<Int> {
        let service = services[index]
        return Int(service.firstEndpoint)..<Int(service.firstEndpoint + service.endpointCount)
    }
}
