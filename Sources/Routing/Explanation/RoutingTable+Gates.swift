internal import Wire

/// What is asked of a request before it goes on, by the rules that ask it of requests.
extension RoutingTable {
    /// What a route or a service answers to a request that not everybody may make; nil if it goes on.
    func admission(
        _ access: CompiledAccess, _ policy: AccessPolicy, _ request: ExplainedRequest, of name: String,
        _ gates: inout [ExplanationGate]
    ) -> Explanation.Outcome? {
        if let outcome = networks(access, policy, request, of: name, &gates) { return outcome }
        guard let https = access.https, https != .both else { return nil }
        let judgement = https.judge(
            isSecure: request.isSecure, hasSecureListener: request.listener.hasSecureListener,
            isChallenge: request.isChallenge, hasHost: !request.host.isEmpty)
        let isPlainEdge = https != .off && !request.listener.hasSecureListener
        switch judgement {
        case .passes:
            let detail =
                isPlainEdge
                ? "https: \(https.rawValue), but the edge has no listener for it" : "https: \(https.rawValue)"
            gates.append(ExplanationGate("https", of: name, .passes, detail))
            return nil
        case .plainOnly:
            gates.append(ExplanationGate("https", of: name, .stops, "https: off"))
            return .refused(.plainOnly, "\(name) is served over plain http only")
        case .secureOnly:
            gates.append(ExplanationGate("https", of: name, .stops, "https: only"))
            return .refused(.secureOnly, "\(name) is served over https only")
        case .lacksHost, .redirects: return redirectToHTTPS(request, of: name, &gates)
        }
    }

    /// The answer that sends a request to https.
    func redirectToHTTPS(
        _ request: ExplainedRequest, of name: String, _ gates: inout [ExplanationGate]
    ) -> Explanation.Outcome {
        gates.append(ExplanationGate("https", of: name, .stops, "sends plain requests to https"))
        guard !request.host.isEmpty else {
            return .refused(.badRequest, "\(name) sends requests to https, and this one has no host to be sent to")
        }
        var location = Array("https://".utf8) + request.host
        location += request.sentPath.isEmpty ? [UInt8(ascii: "/")] : request.sentPath
        if request.hasQuery { location += [UInt8(ascii: "?")] + request.query }
        var outcome = Explanation.Outcome(.redirect, reason: "\(name) sends plain requests to https")
        outcome.status = 308
        outcome.location = String(decoding: location, as: UTF8.self)
        return outcome
    }

    /// What lists of networks answer; nil if the client is let in.
    func networks(
        _ access: CompiledAccess, _ policy: AccessPolicy, _ request: ExplainedRequest, of name: String,
        _ gates: inout [ExplanationGate]
    ) -> Explanation.Outcome? {
        guard access.networks != nil else { return nil }
        guard request.knowsClient else {
            let detail = "\(policy.networkWords); the client's address is not given"
            gates.append(ExplanationGate("networks", of: name, .depends, detail))
            return nil
        }
        let isIn = access.welcomes(request.client)
        let client = request.client?.ipDescription ?? "a client without address"
        let detail = "\(client) is \(policy.words(on: request.client)); \(policy.networkWords)"
        gates.append(ExplanationGate("networks", of: name, isIn ? .passes : .stops, detail))
        return isIn
            ? nil : .refused(.denied, "\(name) does not let \(client) in: it is \(policy.words(on: request.client))")
    }

    /// What is asked of a request that falls to `service`, after its networks and https: rates, passwords, bodies, permission.
    ///
    /// - Returns: the answer; nil if it goes on.
    func conditions(
        route: Int, service: Int, _ request: ExplainedRequest, _ gates: inout [ExplanationGate]
    ) -> Explanation.Outcome? {
        let (record, target) = (routes[route], services[service])
        let (routeName, serviceName) = ("route \(routeNames[route])", "service \(serviceNames[service])")
        let (own, general) = (routeDescription(at: route).access, serviceDescription(at: service).access)
        if let (rate, owner) = rate(of: record, target), let limit = own.rate ?? general.rate,
            let outcome = self.rate(
                rate, limit, .slot(owner), of: own.rate == nil ? serviceName : routeName, request, &gates)
        {
            return outcome
        }
        if passwords(of: record, target) != nil, let auth = own.basicAuth ?? general.basicAuth {
            let name = own.basicAuth == nil ? serviceName : routeName
            let detail = "realm \(auth.realm), \(auth.users.count) users"
            guard request.hasCredentials else {
                gates.append(ExplanationGate("password", of: name, .stops, "\(detail); the request has none"))
                return .refused(.unauthorized, "\(name) asks for a password, and the request has none")
            }
            gates.append(ExplanationGate("password", of: name, .depends, detail))
        }
        let limit = record.bodyLimit(to: target, listener: request.listener.requestBodyLimit)
        if limit >= 0, request.contentLength > limit {
            let detail = "\(request.contentLength) octets, at most \(limit)"
            gates.append(ExplanationGate("body", of: routeName, .stops, detail))
            return .refused(.bodyTooLarge, "its body has \(detail)")
        }
        guard let rule = permission(route: route, service: service) else { return nil }
        let name = record.traits.contains(.permission) ? routeName : serviceName
        guard rule.service >= 0 else {
            gates.append(ExplanationGate("forward-auth", of: name, .stops, "nobody serves whom it asks"))
            return .refused(.permissionUnreachable, "\(name) asks a service that nobody serves")
        }
        if request.hasField("x-portico-forward-auth") {
            gates.append(ExplanationGate("forward-auth", of: name, .stops, "the request is a question itself"))
            return .refused(.permissionLoop, "the request is a question whether another may go on")
        }
        gates.append(ExplanationGate("forward-auth", of: name, .depends, "asks \(serviceNames[Int(rule.service)])"))
        return nil
    }
}

extension ExplainedRequest {
    /// Whether it has a field of this name, which is in lower case.
    func hasField(_ name: String) -> Bool {
        fields.contains { field in
            head[Int(field.nameStart)..<Int(field.nameStart) + Int(field.nameCount)].map(CaselessName.lower)
                .elementsEqual(name.utf8)
        }
    }
}

extension RateLimit {
    /// `at most 100/s, 20 at once, by client address`.
    var words: String {
        let unit = period == 1 ? "s" : period == 60 ? "m" : period == 3_600 ? "h" : "\(period)s"
        let whose =
            switch key {
            case .address: "by client address"
            case .header(let name): "by header \(name)"
            case .cookie(let name): "by cookie \(name)"
            case .everyone: "of all together"
            }
        return isUnlimited ? "without limit" : "at most \(requests)/\(unit), \(burst) at once, \(whose)"
    }
}

extension AccessPolicy {
    /// Which network decides about a client, as ``NetworkTable`` decides: `in deny 10.1.0.0/16`.
    func words(on client: EndpointAddress?) -> String {
        let all = (allow ?? []).map { ("allow", $0) } + (deny ?? []).map { ("deny", $0) }
        let found = all.filter { network in client.map { network.1.contains($0) } ?? false }
        guard let nearest = found.max(by: { ($0.1.prefixLength, $0.0) < ($1.1.prefixLength, $1.0) }) else {
            return allow?.isEmpty == false ? "in none that is allowed" : "in none that is denied"
        }
        return "in \(nearest.0) \(nearest.1)"
    }

    /// `allow 10.0.0.0/8; deny 10.1.0.0/16`: the first few of each.
    var networkWords: String {
        [("allow", allow ?? []), ("deny", deny ?? [])].filter { !$0.1.isEmpty }.map { word, networks in
            let more = networks.count > 4 ? " and \(networks.count - 4) more" : ""
            return "\(word) " + networks.prefix(4).map(\.description).joined(separator: ", ") + more
        }.joined(separator: "; ")
    }
}
