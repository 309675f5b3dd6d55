internal import Reactor
internal import Routing
internal import Wire

/// Reads a question as a worker reads a request: its head is put together, parsed and brought into the form that is matched.
struct ExplanationReading {
    let question: ExplanationQuestion
    let url: QuestionURL
    /// Who connects; nil: it is not known.
    let peer: EndpointAddress?
    let configuration: GatewayConfiguration
    let listener: ExplainedRequest.Listener
    /// How buckets stand; nil where they are not the table's.
    let standing: (@Sendable (ExplainedRequest, RateOwner, CompiledRate) -> RateStanding)?
    /// What the listener's handshakes go by; nil where it is plain.
    let handshake: ExplainedHandshake?

    /// What `table` makes of it.
    func explain(in table: RoutingTable) throws(ExplanationError) -> Explanation {
        let head = try self.head
        let fields = FieldTable(capacity: configuration.limits.fieldCount)
        defer { fields.deallocate() }
        var request = ExplainedRequest(
            Explanation.Request(method: question.method, url: question.url), listener: listener)
        request.shown.listener = listener.name
        let rejection = unsafe head.withUnsafeBytes { unsafe read($0, fields, into: &request) }
        if let handshake {
            let name = question.serverName ?? url.serverName
            request.listener.certificate = try handshake.certificate(for: name, host: request.host)
        }
        var explanation: Explanation
        if let certificate = request.listener.certificate, certificate.rule == .refused {
            explanation = Explanation(
                refusing: request.shown, generation: table.generation,
                as: Explanation.Outcome(.refuse, reason: "its TLS handshake fails: \(certificate.trouble ?? "")"))
        } else if let rejection {
            explanation = Explanation(
                refusing: request.shown, generation: table.generation,
                as: .refused(.badRequest, "\(rejection.sentence)"))
            explanation.outcome.status = Int(rejection.status)
        } else {
            request.head = head
            request.standing = standing
            explanation = table.explain(request, now: MonotonicClock.now)
        }
        explanation.certificate = request.listener.certificate
        explanation.setStatuses()
        return explanation
    }

    /// The head as a client would send it.
    private var head: [UInt8] {
        get throws(ExplanationError) {
            var text = "\(question.method) \(url.target) HTTP/1.1\r\n"
            if !question.headers.contains(where: { $0.name.lowercased() == "host" }) {
                text += "Host: \(url.authority)\r\n"
            }
            for field in question.headers {
                guard !(field.name + field.value).utf8.contains(where: { $0 == 10 || $0 == 13 }) else {
                    throw ExplanationError("header \(field.name) has a line end in it: write one --header each")
                }
                text += "\(field.name): \(field.value)\r\n"
            }
            return Array((text + "\r\n").utf8)
        }
    }

    /// Reads what `bytes` holds; returns why a worker would refuse it.
    private func read(
        _ bytes: UnsafeRawBufferPointer, _ fields: FieldTable, into request: inout ExplainedRequest
    ) -> HeadRejection? {
        var head = RequestHead()
        let parser = HeadParser(limits: configuration.limits.head)
        switch unsafe parser.parseRequest(bytes, fields: fields, head: &head) {
        case .rejected(let rejection): return rejection
        case .incomplete: return .headTooLarge
        case .complete: break
        }
        func octets(_ range: ByteRange) -> [UInt8] { unsafe Array(bytes[Int(range.start)..<Int(range.end)]) }
        request.method = head.method
        request.methodName = octets(head.methodRange)
        request.authority = octets(head.authority)
        request.sentPath = octets(head.path)
        request.query = octets(head.query)
        request.hasQuery = head.hasQuery
        request.contentLength = head.contentLength
        request.fields = (0..<head.fieldCount).map { fields[$0] }
        guard let host = unsafe Self.normal(octets(head.host), HostName.normalize) else { return .badHost }
        let path = request.sentPath.isEmpty ? [UInt8(ascii: "/")] : request.sentPath
        guard let path = unsafe Self.normal(path, RequestPath.normalize) else { return .badTarget }
        (request.host, request.path) = (host, path)
        unsafe readClient(bytes, fields, count: head.fieldCount, into: &request)
        request.hasCredentials = request.fields.contains { $0.name == .authorization }
        request.shown.host = String(decoding: host, as: UTF8.self)
        request.shown.path = String(decoding: path, as: UTF8.self)
        request.shown.query = head.hasQuery ? String(decoding: request.query, as: UTF8.self) : nil
        request.shown.isSecure = request.isSecure
        request.shown.client = request.client?.ipDescription
        return nil
    }

    private func readClient(
        _ bytes: UnsafeRawBufferPointer, _ fields: FieldTable, count: Int, into request: inout ExplainedRequest
    ) {
        request.isSecure = listener.isSecure || question.isSecure
        guard let peer else {
            request.knowsClient = false
            return
        }
        let trusted = configuration.trustedProxies.isEmpty ? nil : NetworkTable(allow: configuration.trustedProxies)
        let client = unsafe ForwardedClient(
            peer: SocketAddress(high: peer.high, low: peer.low, port: 0, isIPv6: peer.isIPv6),
            source: configuration.clientAddressField, trusted: trusted, fields: fields, count: count, bytes)
        request.client = EndpointAddress(client.address)
        if client.isTrusted, unsafe ForwardedClient.saysSecure(fields, count: count, bytes) { request.isSecure = true }
    }

    /// `octets` in the form that is matched; nil if they have none.
    private static func normal(
        _ octets: [UInt8], _ normalize: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> Int
    ) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: max(512, octets.count * 3))
        let count = unsafe octets.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBytes { unsafe normalize(input, $0) }
        }
        return count >= 0 ? Array(output.prefix(count)) : nil
    }
}

extension GatewayLimits {
    /// What heads of requests are held to.
    var head: HeadLimits {
        HeadLimits(headBytes: min(headBytes, Limits.stashBytes), targetBytes: targetBytes)
    }
}

extension Explanation {
    /// Puts in the statuses, which are the request path's.
    mutating func setStatuses() {
        outcome.setStatus()
        for index in services.indices { services[index].outcome.setStatus() }
    }
}

extension Explanation.Outcome {
    fileprivate mutating func setStatus() {
        guard let cause, status == nil else { return }
        status = Int(GatewayError(GatewayError.Kind(cause)).status)
    }
}

extension GatewayError.Kind {
    /// The error that a cause names: their words are the same.
    init(_ cause: ExplanationCause) {
        self =
            switch cause {
            case .badRequest: .badRequest
            case .misdirected: .misdirected
            case .denied: .denied
            case .noRoute: .noRoute
            case .methodNotAllowed: .methodNotAllowed
            case .secureOnly: .secureOnly
            case .plainOnly: .plainOnly
            case .unauthorized: .unauthorized
            case .tooManyRequests: .tooManyRequests
            case .bodyTooLarge: .bodyTooLarge
            case .noEndpoint: .noEndpoint
            case .permissionUnreachable: .permissionUnreachable
            case .permissionLoop: .permissionLoop
            }
    }
}
