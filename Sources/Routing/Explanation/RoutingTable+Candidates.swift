/// The routes that a request might have taken.
extension RoutingTable {
    /// Candidates that are listed at most.
    static var listedCandidates: Int { 40 }

    /// A host pattern as a route writes it.
    func host(_ kind: RouteIndex.HostKind, _ request: ExplainedRequest) -> Explanation.Host {
        switch kind {
        case .exact: Explanation.Host(pattern: String(decoding: request.host, as: UTF8.self), kind: "exact")
        case .wildcard(let start):
            Explanation.Host(pattern: "*." + String(decoding: request.host[start...], as: UTF8.self), kind: "wildcard")
        case .firstLabel(let count):
            Explanation.Host(pattern: String(decoding: request.host[..<count], as: UTF8.self) + ".*", kind: "label")
        case .regex(let number): Explanation.Host(pattern: "~" + index.regexes[number].pattern, kind: "regex")
        case .any: Explanation.Host(pattern: "*", kind: "any")
        }
    }

    private func path(_ kind: RouteIndex.PathKind, _ request: ExplainedRequest) -> String {
        switch kind {
        case .exact: "=" + String(decoding: request.path, as: UTF8.self)
        case .prefix(let count): String(decoding: request.path.prefix(count), as: UTF8.self)
        case .regex(let number): "~" + index.regexes[number].pattern
        case .any: ""
        }
    }

    /// Writes what the match came by, and what came close, into `explanation`.
    func describe(_ recorder: MatchRecorder, _ request: ExplainedRequest, in explanation: inout Explanation) {
        var all = recorder.steps.map { step in
            let (verdict, reason) = verdict(of: step, recorder, request)
            return RouteCandidate(
                route: routeNames[step.route], host: host(step.host, request).pattern, path: path(step.path, request),
                verdict: verdict, reason: reason, provenance: routeDescription(at: step.route).provenance)
        }
        // Who has a route of his own host does not wonder about others'.
        let isSettled = recorder.taken?.host == .exact
        all += nearMisses(of: request, recorder, withHosts: !isSettled)
        let taken = all.prefix(Self.listedCandidates)
        explanation.candidates = Array(taken)
        // It is listed, wherever it stands.
        if let place = all.firstIndex(where: { $0.verdict == .taken }), place >= taken.count {
            explanation.candidates[taken.count - 1] = all[place]
        }
        explanation.moreCandidates = all.count - taken.count
    }

    private func verdict(
        of step: MatchRecorder.Step, _ recorder: MatchRecorder, _ request: ExplainedRequest
    ) -> (RouteCandidate.Verdict, String) {
        switch step.verdict {
        case .taken: return (.taken, "")
        case .refusesMethod:
            let methods = routeDescription(at: step.route).methods.joined(separator: ", ")
            return (.method, "takes \(methods), not \(request.shown.method)")
        case .lacksHeader(let number): return (.header, lack(number, of: step.route, request))
        case .shadowed:
            guard let taken = recorder.taken else { return (.shadowed, "") }
            return (.shadowed, "comes after \(routeNames[taken.route]): \(weakness(of: step, beside: taken, request))")
        }
    }

    private func lack(_ number: Int, of route: Int, _ request: ExplainedRequest) -> String {
        let place = number - Int(index.conditions[route].firstHeader)
        let headers = routeDescription(at: route).headers
        guard headers.indices.contains(place) else { return "asks for a header" }
        let wanted = headers[place]
        let says = request.hasField(wanted.name.lowercased()) ? "the request's is another" : "the request has none"
        return "asks for header \(wanted.name): \(wanted.value); \(says)"
    }

    private func weakness(
        of step: MatchRecorder.Step, beside taken: MatchRecorder.Step, _ request: ExplainedRequest
    ) -> String {
        if step.host != taken.host {
            return "host \(host(step.host, request).pattern) is less specific than \(host(taken.host, request).pattern)"
        }
        if step.path != taken.path {
            func name(_ kind: RouteIndex.PathKind) -> String {
                kind == .any ? "any path" : "path \(path(kind, request))"
            }
            return "\(name(step.path)) is less specific than \(name(taken.path))"
        }
        let (one, two) = (index.conditions[step.route].strength, index.conditions[taken.route].strength)
        return one == two ? "its name comes later" : "it has fewer conditions"
    }
}
