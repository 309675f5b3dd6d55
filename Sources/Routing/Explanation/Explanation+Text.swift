/// An explanation for people: the first line answers the question, and each line after it tells one fact.
extension Explanation {
    /// Text of some lines, each ended.
    ///
    /// - Parameters:
    ///   - candidates: routes that are listed at most.
    ///   - endpoints: endpoints of each service that are listed at most.
    public func text(candidates limit: Int = 12, endpoints: Int = 20) -> String {
        var text = ExplanationText()
        text.line(headline)
        text.gap()
        text.fact("request", requestLine)
        text.fact("table", "generation \(generation)")
        if let certificate { put(certificate, to: &text) }
        put(gates, to: &text)
        if !hosts.isEmpty { text.fact("host", hosts.map(\.pattern).joined(separator: ", then ")) }
        putRoutes(limit, to: &text)
        if let route { put(route, to: &text) }
        for service in services { put(service, endpoints: endpoints, to: &text) }
        for note in notes { text.fact("note", note) }
        return text.text
    }

    /// What becomes of the request, in one line.
    public var headline: String { answer + certificateTrouble }

    private var answer: String {
        let asked = "\(request.method) \(request.url)"
        switch outcome.kind {
        case .forward: return "\(asked) goes to \(place): \(outcome.reason)"
        case .redirect: return "\(asked) gets \(status)to \(outcome.location ?? ""): \(outcome.reason)"
        case .refuse: return "\(asked) gets \(status)\(outcome.cause?.rawValue ?? ""): \(outcome.reason)"
        case .varies: return "\(asked) goes by \(place): \(outcome.reason)"
        }
    }

    /// What is wrong with the certificate that its client is shown, if anybody is shown one.
    private var certificateTrouble: String {
        guard let certificate, certificate.rule != .refused, let trouble = certificate.trouble else { return "" }
        return "; but clients that check certificates refuse it: \(trouble)"
    }

    private var status: String { outcome.status.map { "\($0) " } ?? "" }

    private var place: String {
        let route = "route \(self.route?.name ?? "")"
        return services.count == 1 ? "service \(services[0].name), by \(route)" : route
    }

    private var requestLine: String {
        var parts = [request.host.isEmpty ? "no host" : "host \(request.host)"]
        if !request.path.isEmpty { parts.append("path \(request.path)") }
        if !request.listener.isEmpty { parts.append("listener \(request.listener)") }
        parts.append(request.isSecure ? "https" : "http")
        if let client = request.client { parts.append("client \(client)") }
        return parts.joined(separator: ", ")
    }

    private func put(_ certificate: CertificateExplanation, to text: inout ExplanationText) {
        let name = certificate.serverName.isEmpty ? "no name" : certificate.serverName
        text.fact("asked for", "\(name) in the handshake: \(certificate.rule.words)")
        text.table(
            "shown",
            certificate.shown.map { shown in
                let more = shown.hosts.count > 4 ? " and \(shown.hosts.count - 4) more" : ""
                return [
                    "> \(shown.name)", shown.hosts.prefix(4).joined(separator: ", ") + more, shown.key,
                    "until \(shown.end)", shown.provenance.words,
                ]
            })
        text.fields("not shown", certificate.others.map { "\($0.name): \($0.reason)" })
    }

    private func put(_ gates: [ExplanationGate], to text: inout ExplanationText) {
        for gate in gates {
            let place = gate.provenance.map { "  \($0.words)" } ?? ""
            text.fact("asks", "\(gate.of): \(gate.name): \(gate.detail) (\(gate.verdict.rawValue))\(place)")
        }
    }

    private func putRoutes(_ limit: Int, to text: inout ExplanationText) {
        var rows = candidates.prefix(limit).map { candidate in
            let pattern = candidate.host + (candidate.path.isEmpty ? " any path" : " \(candidate.path)")
            let why = candidate.verdict == .taken ? "taken" : candidate.reason
            return [
                candidate.verdict == .taken ? "> \(candidate.route)" : "  \(candidate.route)", pattern, why,
                candidate.provenance.words,
            ]
        }
        let more = moreCandidates + max(0, candidates.count - limit)
        if more > 0 { rows.append(["  and \(more) more", "", "", ""]) }
        text.table("routes", rows)
    }

    private func put(_ route: RouteExplanation, to text: inout ExplanationText) {
        if let target = route.target {
            let how = route.rewrites.isEmpty ? "" : " (\(route.rewrites.joined(separator: ", then ")))"
            text.fact("sends", "\(request.method) \(target)\(how)")
        }
        text.fields("sets", route.setsRequestFields.map { "\($0.name): \($0.value)" })
        text.fields("removes", route.removesRequestFields)
        text.fields("answer", route.setsAnswerFields.map { "sets \($0.name): \($0.value)" })
        text.fields("answer", route.removesAnswerFields.map { "removes \($0)" })
    }

    private func put(_ service: ServiceExplanation, endpoints limit: Int, to text: inout ExplanationText) {
        text.gap()
        let share = services.count > 1 ? ", \(percent(service.share)) of requests" : ""
        text.fact("service", "\(service.name), \(service.balance)\(share)")
        put(service.gates, to: &text)
        for affinity in service.affinities {
            let end = affinity.endpoint.map { "leads to \($0)" } ?? (affinity.isPresent ? "leads nowhere" : "not there")
            text.fact("tied by", "\(affinity.by): \(end)")
        }
        var rows = service.endpoints.prefix(limit).map { endpoint in
            [
                endpoint.share > 0 ? "> \(endpoint.address)" : "  \(endpoint.address)", percent(endpoint.share),
                endpoint.state == .in ? "in" : endpoint.state.rawValue,
                "weight \(endpoint.weight)" + (endpoint.tier == "rotation" ? "" : ", \(endpoint.tier)"),
                "\(endpoint.inFlight) now", endpoint.reason, endpoint.provenance.words,
            ]
        }
        let more = service.moreEndpoints + max(0, service.endpoints.count - limit)
        if more > 0 { rows.append(["  and \(more) more", "", "", "", "", "", ""]) }
        text.table("endpoints", rows)
        text.table("limits", service.terms.map { [$0.name, $0.value, $0.words] })
    }
}

extension ServiceExplanation.Term {
    /// `of defaults, portico.yaml:3:5`; `by default`.
    fileprivate var words: String {
        guard of != "default" else { return "by default" }
        return (of == "defaults" ? "of defaults" : "of the \(of)") + (provenance.map { ", \($0.words)" } ?? "")
    }
}

extension CertificateExplanation.Rule {
    fileprivate var words: String {
        switch self {
        case .exact: "a certificate has this very name"
        case .wildcard: "a certificate has a wildcard for it"
        case .fallback: "no certificate is for it, so it gets the default one"
        case .refused: "no certificate is for it, and there is no default one"
        }
    }
}

extension Provenance {
    /// `portico.yaml:12:3`, or `consul:services/web-80/h1:c1:80 @17`.
    public var words: String { revision == 0 ? source : "\(source) @\(revision)" }
}

/// Lines of a name and what there is to say of it, in columns.
struct ExplanationText {
    private(set) var text = ""
    private static var width: Int { 11 }

    mutating func line(_ line: String) { text += Self.plain(line) + "\n" }

    mutating func gap() { text += "\n" }

    mutating func fact(_ name: String, _ value: String) {
        let pad = String(repeating: " ", count: max(1, Self.width - name.count))
        line(name + pad + value)
    }

    mutating func fields(_ name: String, _ values: [String]) {
        for value in values { fact(name, value) }
    }

    /// Rows of as many columns each, the first with the name.
    mutating func table(_ name: String, _ rows: [[String]]) {
        guard let first = rows.first else { return }
        let widths = first.indices.map { column in
            // What is longer than that pushes its own line's rest aside, and no other's.
            min(48, rows.map { $0[column].count }.max() ?? 0)
        }
        for (number, row) in rows.enumerated() {
            var line = ""
            for (column, cell) in row.enumerated() where widths[column] > 0 {
                line += cell + String(repeating: " ", count: max(0, widths[column] - cell.count) + 2)
            }
            while line.last == " " { line.removeLast() }
            fact(number == 0 ? name : "", line)
        }
    }

    /// Whatever a client or a key has in it: a line is a line, and moves no cursor.
    private static func plain(_ line: String) -> String {
        var plain = ""
        for scalar in line.unicodeScalars {
            if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
                plain += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }
}
