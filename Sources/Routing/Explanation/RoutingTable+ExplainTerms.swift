extension RoutingTable {
    /// The settings that apply to a request of `route` at `service`, each with who says so.
    func terms(route: Int, service: Int, _ request: ExplainedRequest) -> [ServiceExplanation.Term] {
        let (record, target) = (routes[route], services[service])
        let (own, general) = (routeDescription(at: route), serviceDescription(at: service))
        var terms: [ServiceExplanation.Term] = []
        func add(_ name: String, _ value: String, of owner: String, _ settings: String...) {
            var term = ServiceExplanation.Term(name: name, value: value, of: owner)
            if owner == "route" { term.provenance = own.provenance }
            term.settings = settings
            terms.append(term)
        }
        add("balance", target.balance.rawValue, of: "service", "balance", "hash")
        let timeouts = record.timeouts(to: target)
        let names: [(String, KeyPath<Timeouts, UInt32>)] = [
            ("connect", \.connect), ("response_head", \.responseHead), ("idle", \.idle), ("try", \.perTry),
            ("total", \.total), ("tunnel", \.tunnel),
        ]
        for (name, path) in names where timeouts[keyPath: path] > 0 || name != "try" && name != "total" {
            let value = timeouts[keyPath: path]
            add(
                "timeouts.\(name)", value == 0 ? "none" : duration(value),
                of: value == target.timeouts[keyPath: path] ? "service" : "route", "timeouts.\(name)")
        }
        let retries = record.retries(to: target)
        let causes = RetryCauses.names.filter { retries.causes.contains($0.cause) }.map(\.name)
        add(
            "retries",
            retries.attempts == 0 ? "never" : "\(retries.attempts) times after \(causes.joined(separator: ", "))",
            of: record.overridesRetries ? "route" : "service", "retries.attempts", "retries.on")
        if let hedge = general.hedge {
            let after =
                hedge.delay > 0
                ? duration(hedge.delay) : "what \(percent(Double(hedge.quantile) / 1_000)) of answers take"
            add("hedge", "another endpoint after \(after)", of: "service", "hedge")
        }
        let limit = record.bodyLimit(to: target, listener: request.listener.requestBodyLimit)
        let isListeners = limit >= 0 && limit == request.listener.requestBodyLimit
        add(
            "limits.request_body", limit < 0 || limit == .max ? "no limit" : octets(limit),
            of: isListeners ? "listener" : record.requestBodyLimit >= 0 ? "route" : "service", "limits.request_body")
        let bandwidth = bandwidth(of: record, target)
        if bandwidth > 0 {
            add(
                "limits.bandwidth", octets(bandwidth) + "/s", of: own.access.bandwidth == nil ? "service" : "route",
                "limits.bandwidth")
        }
        if target.connectionsPerEndpoint > 0 {
            add(
                "limits.connections_per_endpoint", "\(target.connectionsPerEndpoint) requests at one endpoint",
                of: "service", "limits.connections_per_endpoint")
        }
        if target.circuit.connections > 0 {
            add(
                "limits.connections", "\(target.circuit.connections) requests at all endpoints", of: "service",
                "limits.connections")
        }
        if target.traits.contains(.limited) {
            add(
                "limits.pending", "\(target.circuit.pending) wait, each up to \(duration(target.circuit.queue))",
                of: "service", "limits.pending", "limits.queue")
        }
        if let outlier = general.outlier {
            add(
                "outlier", "out for \(duration(outlier.ejection)) after \(outlier.consecutiveErrors) errors in a row",
                of: "service", "outlier")
        }
        if general.slowStart > 0 { add("slow_start", duration(general.slowStart), of: "service", "slow_start") }
        if let compression = own.compression ?? (general.compression.isOn ? general.compression : nil) {
            add(
                "compress", compression.isOn ? "on" : "off", of: own.compression == nil ? "service" : "route",
                "compress")
        }
        return terms
    }
}

/// `250 ms`, `2 s`, `90 s`, `15 min`, `1 h`; of any length.
func duration(_ milliseconds: some UnsignedInteger) -> String {
    if milliseconds % 1_000 != 0 {
        guard milliseconds >= 10_000 else { return "\(milliseconds) ms" }
        return "\(milliseconds / 1_000 + (milliseconds % 1_000 >= 500 ? 1 : 0)) s"
    }
    let seconds = milliseconds / 1_000
    if seconds >= 3_600, seconds % 3_600 == 0 { return "\(seconds / 3_600) h" }
    if seconds >= 300, seconds % 60 == 0 { return "\(seconds / 60) min" }
    return "\(seconds) s"
}

/// `10 MiB`, `64 KiB`, `1500 octets`.
func octets(_ count: Int64) -> String {
    for (unit, name) in [(Int64(1) << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
    where count >= unit && count % unit == 0 {
        return "\(count / unit) \(name)"
    }
    return "\(count) octets"
}
