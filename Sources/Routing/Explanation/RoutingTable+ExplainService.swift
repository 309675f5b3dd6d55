internal import Synchronization

extension RoutingTable {
    /// Endpoints of one service that are listed at most; how many there are is told.
    static var explainedEndpoints: Int { 100 }

    /// What a request of `route` meets at `service`, which is one of the route's.
    func explain(
        _ service: Int, share: Double, of route: Int, _ request: ExplainedRequest, now: UInt64
    ) -> ServiceExplanation {
        let record = services[service]
        var explanation = ServiceExplanation(
            name: serviceNames[service], share: share, outcome: Explanation.Outcome(.forward, reason: ""),
            balance: record.balance.rawValue)
        explanation.terms = terms(route: route, service: service, request)
        for endpoint in serviceDescription(at: service).endpoints {
            for name in endpoint.attributes.keys {
                explanation.attributePlaces[name] = explanation.attributePlaces[name] ?? endpoint.provenance
            }
        }
        var stopped: Explanation.Outcome?
        if record.traits.contains(.guarded) {
            stopped = admission(
                serviceAccess(record.access), serviceDescription(at: service).access, request,
                of: "service \(serviceNames[service])", &explanation.gates)
        }
        if stopped == nil { stopped = conditions(route: route, service: service, request, &explanation.gates) }
        let chosen = explainEndpoints(of: service, request, now: now, in: &explanation)
        explanation.outcome = stopped ?? chosen
        return explanation
    }

    /// Lists the service's endpoints, and tells which of them a request gets to.
    private func explainEndpoints(
        of service: Int, _ request: ExplainedRequest, now: UInt64, in explanation: inout ServiceExplanation
    ) -> Explanation.Outcome {
        let record = services[service]
        var choice = EndpointChoice(random: 0, now: now)
        let affinity = affinity(of: service)
        if let affinity, affinity.source != nil {
            choice.key = key(of: request, affinity)
            var found = ServiceExplanation.Affinity(by: affinity.words, isPresent: choice.key != 0)
            if choice.key != 0 {
                var cursor: UInt32 = 0
                let endpoint = endpoint(for: service, cursor: &cursor, choice)
                if endpoint >= 0 { found.endpoint = endpoints[endpoint].address.description }
            }
            explanation.affinities.append(found)
        }
        var unlimited = choice
        choice.limit = record.connectionsPerEndpoint
        if !isBelow(record.circuit.connections, of: service) { choice.limit = 0 }
        var stays = -1
        if let affinity, !affinity.cookie.isEmpty {
            let named = unsafe affinity.named(head: request.head.span.bytes, fields: request.fields.span)
            if named >= 0, mayStay(at: named, of: service, choice) { stays = named }
            let address = named >= 0 ? endpoints[named].address.description : nil
            explanation.affinities.append(
                ServiceExplanation.Affinity(
                    by: "cookie \(String(decoding: affinity.cookie, as: UTF8.self))", isPresent: named >= 0,
                    endpoint: stays >= 0 ? address : nil))
        }
        var forecast = forecast(service: service, choice)
        let first = Int(record.firstEndpoint)
        if stays >= 0 {
            forecast.counts = forecast.counts.indices.map { $0 + first == stays ? 1 : 0 }
            forecast.draws = 1
        }
        explanation.used = forecast.counts.count { $0 > 0 }
        list(service, forecast, now: now, in: &explanation)
        if explanation.used > 0 {
            return Explanation.Outcome(.forward, reason: words(of: explanation, count: forecast.counts.count))
        }
        unlimited.limit = 0
        var cursor: UInt32 = 0
        if choice.limit > 0, endpoint(for: service, cursor: &cursor, unlimited) >= 0 {
            explanation.gates.append(
                ExplanationGate(
                    "limits", of: "service \(serviceNames[service])", .depends,
                    "all endpoints have as many requests as they may: it waits up to "
                        + "\(duration(record.circuit.queue)) for one, then gets 503"))
            return Explanation.Outcome(.forward, reason: "it waits until an endpoint has room")
        }
        return .refused(.noEndpoint, unserved(service, explanation))
    }

    private func isBelow(_ limit: Int32, of service: Int) -> Bool {
        limit == 0 || serviceStates[service].inFlight.load(ordering: .relaxed) < Int(limit)
    }

    /// What the service is balanced by, of this request.
    private func key(of request: ExplainedRequest, _ affinity: ServiceAffinity) -> UInt64 {
        // Safety: the spans are of arrays that the request holds until the call is over.
        unsafe affinity.key(
            client: request.client.map { ($0.high, $0.low) }, host: request.host.span.bytes,
            path: request.path.span.bytes, query: request.query.span.bytes, hasQuery: request.hasQuery,
            head: request.head.span.bytes, fields: request.fields.span)
    }

    private func words(of service: ServiceExplanation, count: Int) -> String {
        if service.used == 1, let only = service.endpoints.first {
            guard count > 1 else { return only.address }
            let tied = service.affinities.first { $0.endpoint == only.address }
            return only.address + (tied.map { ", by its \($0.by)" } ?? ", the only one of \(count) that is asked")
        }
        return service.used == count
            ? "one of its \(count) endpoints" : "one of \(service.used) of its \(count) endpoints"
    }

    private func unserved(_ service: Int, _ explanation: ServiceExplanation) -> String {
        let name = serviceNames[service]
        guard let first = explanation.endpoints.first else {
            return "service \(name) has no endpoint: nothing has registered one, or all that did have gone"
        }
        let states = Set(explanation.endpoints.map(\.state))
        guard states.count == 1, explanation.moreEndpoints == 0 else {
            var counts: [String: Int] = [:]
            for endpoint in explanation.endpoints { counts[endpoint.state.rawValue, default: 0] += 1 }
            let list = counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
            return "no endpoint of service \(name) takes requests: "
                + list.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        }
        return explanation.endpoints.count == 1
            ? "the only endpoint of service \(name), \(first.address), takes none: \(first.reason)"
            : "all \(explanation.endpoints.count) endpoints of service \(name) take none: \(first.reason)"
    }

    // MARK: Endpoints

    private func list(
        _ service: Int, _ forecast: (counts: [Int], draws: Int), now: UInt64, in explanation: inout ServiceExplanation
    ) {
        let range = endpointIndices(of: service)
        let order = range.sorted {
            let (one, two) = (forecast.counts[$0 - range.lowerBound], forecast.counts[$1 - range.lowerBound])
            return one == two ? $0 < $1 : one > two
        }
        let draws = Double(max(1, forecast.draws))
        explanation.endpoints = order.prefix(Self.explainedEndpoints).map { index in
            explain(endpoint: index, share: Double(forecast.counts[index - range.lowerBound]) / draws, now: now)
        }
        explanation.moreEndpoints = range.count - explanation.endpoints.count
    }

    private func explain(endpoint index: Int, share: Double, now: UInt64) -> EndpointExplanation {
        let (record, state, description) = (endpoints[index], states[index], endpointDescription(at: index))
        let service = services[Int(record.service)]
        let until = state.ejectedUntil.load(ordering: .relaxed)
        let health = EndpointHealth(rawValue: state.health.load(ordering: .relaxed)) ?? .unknown
        let inFlight = state.inFlight.load(ordering: .relaxed)
        let trouble = state.trouble.withLock { $0 }
        var (standing, reason) = (EndpointExplanation.State.in, "")
        if record.isDraining {
            (standing, reason) = (.draining, "it drains: no new request")
        } else if record.weight == 0 {
            (standing, reason) = (.weightless, "its weight is 0: no new request")
        } else if until > now {
            let time = "for \(duration(UInt32(clamping: (until - now) / 1_000_000)))"
            let isEjected = state.isEjected.load(ordering: .relaxed)
            standing = isEjected ? .ejected : .unreachable
            reason = isEjected ? "it answered badly, and is out \(time)" : "it could not be reached, and is out \(time)"
            if isEjected, !trouble.isEmpty { reason += ": \(trouble)" }
        } else if health == .down {
            (standing, reason) = (.down, trouble.isEmpty ? "its checks fail" : "its checks fail: \(trouble)")
        } else if service.connectionsPerEndpoint > 0, inFlight >= Int(service.connectionsPerEndpoint) {
            (standing, reason) = (.full, "it has \(inFlight) requests, as many as it may")
        } else if share == 0 {
            reason = record.isBackup ? "a backup: others are in" : "others go first"
        } else if let progress = slowStart(index, now) {
            reason = "it has just come: \(progress) of its slow start are over"
        }
        if share > 0, standing == .down || standing == .ejected || standing == .unreachable {
            reason += "; asked all the same, as too few others are in"
        }
        let latency = state.expectedLatency(at: now)
        let spoken = record.protocol
        return EndpointExplanation(
            address: record.address.description, state: standing, reason: reason, share: share,
            weight: Int(record.weight), tier: tier(of: index), zone: description.zone, protocol: "\(spoken)",
            health: "\(health)", inFlight: inFlight,
            returnsAfter: until > now ? Double((until - now) / 1_000_000) / 1_000 : nil,
            latency: latency > 0 ? (latency / 1_000).rounded() / 1_000_000 : nil, provenance: description.provenance)
    }

    private func tier(of index: Int) -> String {
        let record = endpoints[index]
        if record.isDraining || record.weight == 0 { return "unused" }
        if record.isBackup { return "backup" }
        let service = services[Int(record.service)]
        guard service.traits.contains(.zoned) else { return "rotation" }
        return endpointDescription(at: index).isNear ? "near" : "rotation"
    }

    private func slowStart(_ index: Int, _ now: UInt64) -> String? {
        let service = services[Int(endpoints[index].service)]
        guard service.traits.contains(.slowStart), service.spread >= 0 else { return nil }
        let length = serviceParts.balancing.spreads[Int(service.spread)].slowStart
        let risen = states[index].risenAt.load(ordering: .relaxed)
        guard risen > EndpointState.justAdded, now > risen, now - risen < length else { return nil }
        return percent(Double(now - risen) / Double(length))
    }
}

extension ServiceAffinity {
    /// What the key is taken from, in words.
    fileprivate var words: String {
        switch source {
        case nil: "nothing"
        case .source: "client address"
        case .path: "path"
        case .uri: "path and query"
        case .host: "host"
        case .query where name.isEmpty: "query"
        case .query, .header, .cookie: "\(source.map(\.rawValue) ?? "") \(String(decoding: name, as: UTF8.self))"
        }
    }
}
