extension RoutingTable {
    /// Why `request` goes where it goes.
    ///
    /// The steps are the data plane's, in its order: the listener, the match, the route, its services, their endpoints. What
    /// only time or other machines know (rates, passwords, who is asked for permission) is told as what it may depend on.
    ///
    /// Takes some milliseconds for a table of 10,000 routes, and is for people: off the workers.
    ///
    /// - Parameter now: monotonic nanoseconds, against which ejections are held.
    public func explain(_ request: ExplainedRequest, now: UInt64) -> Explanation {
        var explanation = Explanation(generation: generation, request: request.shown)
        explanation.certificate = request.listener.certificate
        if let outcome = listenerOutcome(request, &explanation.gates) {
            explanation.outcome = outcome
            return explanation
        }
        var recorder = MatchRecorder()
        unsafe index.walk(
            host: request.host.span.bytes, path: request.path.span.bytes, method: request.method,
            methodName: request.methodName.span.bytes, head: request.head.span.bytes, fields: request.fields.span,
            &recorder)
        explanation.hosts = recorder.hosts.map { self.host($0.kind, request) }
        describe(recorder, request, in: &explanation)
        guard let taken = recorder.taken else {
            explanation.outcome =
                recorder.match == .methodNotAllowed
                ? .refused(.methodNotAllowed, "routes have this host and path, but none takes \(request.shown.method)")
                : .refused(.noRoute, missing(recorder, request, explanation))
            return explanation
        }
        explainRoute(taken.route, request, now: now, in: &explanation)
        let (name, place) = ("route \(routeNames[taken.route])", routeDescription(at: taken.route).provenance)
        explanation.gates.locate(name, at: place)
        for index in explanation.services.indices { explanation.services[index].gates.locate(name, at: place) }
        return explanation
    }

    /// What the listener answers by itself; nil if the request goes on.
    private func listenerOutcome(
        _ request: ExplainedRequest, _ gates: inout [ExplanationGate]
    ) -> Explanation.Outcome? {
        let listener = request.listener
        let name = "listener \(listener.name)"
        if let gate = listener.certificate?.gate(of: name) { gates.append(gate) }
        if let access = listener.access {
            if let outcome = networks(access, listener.policy, request, of: name, &gates) { return outcome }
            if let rate = access.rate, let limit = listener.policy.rate,
                let outcome = self.rate(rate, limit, .listener, of: name, request, &gates)
            {
                return outcome
            }
        }
        if let certificate = listener.certificate, !certificate.coversHost {
            let host = String(decoding: request.host, as: UTF8.self)
            let reason =
                "the certificate that its connection was given for \(certificate.serverName) is not for host \(host): "
                + "it belongs on a connection of its own"
            gates.append(ExplanationGate("certificate", of: name, .stops, reason))
            return .refused(.misdirected, reason)
        }
        guard listener.redirectsToHTTPS else { return nil }
        guard !request.isChallenge else {
            gates.append(ExplanationGate("https", of: name, .passes, "authorities of certificates ask over plain http"))
            return nil
        }
        return redirectToHTTPS(request, of: name, &gates)
    }

    // MARK: The route

    private func explainRoute(
        _ route: Int, _ request: ExplainedRequest, now: UInt64, in explanation: inout Explanation
    ) {
        let record = routes[route]
        let description = routeDescription(at: route)
        let name = "route \(description.name)"
        explanation.route = RouteExplanation(description)
        if record.traits.contains(.guarded),
            let outcome = admission(
                routeAccess(record.access), description.access, request, of: name, &explanation.gates)
        {
            explanation.outcome = outcome
            return
        }
        if record.hasRedirect, let answer = redirect(of: route, request) {
            var outcome = Explanation.Outcome(.redirect, reason: "route \(description.name) redirects")
            outcome.status = Int(answer.status)
            outcome.location = String(decoding: answer.location, as: UTF8.self)
            explanation.outcome = outcome
            return
        }
        explanation.route?.target = target(of: route, request)
        for (service, share) in shares(of: route) {
            explanation.services.append(explain(service, share: share, of: route, request, now: now))
        }
        guard let first = explanation.services.first else {
            explanation.outcome = .refused(.noEndpoint, nowhere(description))
            return
        }
        let agree = explanation.services.allSatisfy {
            $0.outcome.kind == first.outcome.kind && $0.outcome.cause == first.outcome.cause
        }
        explanation.outcome = first.outcome
        guard explanation.services.count > 1 else { return }
        if !agree { explanation.outcome = Explanation.Outcome(.varies, reason: "") }
        explanation.outcome.reason = explanation.services.map {
            "\(percent($0.share)) to \($0.name): \($0.outcome.reason)"
        }.joined(separator: "; ")
    }

    /// The route's services with their parts of its requests.
    private func shares(of route: Int) -> [(service: Int, share: Double)] {
        let record = routes[route]
        var last = -1
        return routeParts.shares[Int(record.firstShare)..<Int(record.firstShare + record.shareCount)].map { share in
            defer { last = Int(share.last) }
            return (Int(share.service), Double(Int(share.last) - last) / 0x1p32)
        }
    }

    private func nowhere(_ route: RouteDescription) -> String {
        if route.services.isEmpty { return "route \(route.name) has neither a service nor a redirect" }
        if route.services.allSatisfy({ $0.weight <= 0 }) {
            return "route \(route.name) gives all of its services the weight 0"
        }
        return "nothing serves what route \(route.name) leads to: "
            + route.services.map(\.service).joined(separator: ", ")
    }

    private func redirect(of route: Int, _ request: ExplainedRequest) -> RedirectAnswer? {
        // Safety: the spans are of arrays that the request holds until the call is over.
        unsafe redirect(
            of: route, scheme: request.listener.isSecure ? "https" : "http", host: request.authority.span.bytes,
            path: request.path.span.bytes, query: request.query.span.bytes, hasQuery: request.hasQuery)
    }

    /// The target that the endpoint gets.
    private func target(of route: Int, _ request: ExplainedRequest) -> String {
        var path = request.path
        if let edit = actions(of: route)?.path {
            switch unsafe edit.apply(to: request.path.span.bytes) {
            case .unchanged: break
            case .changed(let edited), .mended(let edited): path = edited
            }
        }
        if request.hasQuery { path += [UInt8(ascii: "?")] + request.query }
        return String(decoding: path, as: UTF8.self)
    }
}

extension [ExplanationGate] {
    /// Puts in where those of `owner` come from.
    fileprivate mutating func locate(_ owner: String, at place: Provenance) {
        for index in indices where self[index].of == owner { self[index].provenance = place }
    }
}

extension ExplainedRequest {
    /// Whether an authority of certificates asks (RFC 8555 §8.3).
    var isChallenge: Bool { path.starts(with: "/.well-known/acme-challenge/".utf8) }
}

/// `37 %`, `0.4 %`.
func percent(_ share: Double) -> String {
    let hundredths = Int((share * 10_000).rounded())
    if hundredths >= 1_000 || hundredths % 100 == 0 { return "\((hundredths + 50) / 100) %" }
    return "\(hundredths / 100).\((hundredths % 100 + 5) / 10 % 10) %"
}
