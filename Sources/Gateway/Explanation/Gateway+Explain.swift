internal import Certificates
internal import Reactor
public import Routing
internal import Wire

extension Gateway {
    /// Why a request goes where it goes: parsed, matched and judged by the code that serves requests.
    ///
    /// Takes some milliseconds, on the caller's thread; no worker notices.
    ///
    /// - Parameter table: the table that it is about; nil: the one in force.
    public func explain(
        _ question: ExplanationQuestion, in table: RoutingTable? = nil
    ) throws(ExplanationError) -> Explanation {
        let url = try QuestionURL(question.url)
        let peer = try question.peer
        let isInForce = table == nil
        let table = table ?? self.table
        var explanation: Explanation
        let (index, note) = try listener(for: question, url)
        if let index {
            let reading = ExplanationReading(
                question: question, url: url, peer: peer, configuration: configuration,
                listener: ExplainedRequest.Listener(at: index, of: configuration),
                standing: isInForce ? standing(ofListener: index) : nil, handshake: handshake(at: index))
            explanation = try reading.explain(in: table)
        } else {
            let reason = url.isSecure ? "the edge has no listener for https" : "the edge has no listener for plain http"
            explanation = Explanation(
                refusing: Explanation.Request(method: question.method, url: question.url), generation: table.generation,
                as: Explanation.Outcome(.refuse, reason: reason))
        }
        if let note { explanation.notes.append(note) }
        return explanation
    }

    /// How the buckets stand that requests at a listener are charged to.
    private func standing(
        ofListener listener: Int
    ) -> @Sendable (ExplainedRequest, RateOwner, CompiledRate) -> RateStanding {
        { [limits] request, owner, rate in
            let scope: UInt64 =
                switch owner {
                case .listener: RateScope.listener | UInt64(listener)
                case .slot(let slot): RateScope.table | UInt64(UInt32(bitPattern: slot))
                }
            var client = SocketAddress()
            client.isUnix = true
            if let address = request.client {
                client = SocketAddress(high: address.high, low: address.low, port: 0, isIPv6: address.isIPv6)
            }
            let bucket = unsafe request.head.withUnsafeBytes { bytes in
                unsafe request.fields.withUnsafeBufferPointer { fields in
                    unsafe rate.bucket(scope, client: client, fields: fields, bytes, key: limits.key)
                }
            }
            let rule = rate.rule ?? RateRule(.unlimited)
            return RateStanding(rule, full: limits.rates.full(bucket), now: MonotonicClock.now)
        }
    }

    /// What the handshakes of the listener at `index` go by; nil where it is plain.
    private func handshake(at index: Int) -> ExplainedHandshake? {
        configuration.listeners[index].tls.map {
            ExplainedHandshake(certificates: certificates(at: index) ?? CertificateTable(), policy: $0)
        }
    }

    /// The listener that a question is about, and what is to be said of the choice.
    private func listener(
        for question: ExplanationQuestion, _ url: QuestionURL
    ) throws(ExplanationError) -> (index: Int?, note: String?) {
        let all = configuration.listeners
        if let name = question.listener {
            guard let index = all.firstIndex(where: { $0.name == name }) else {
                let names = all.map(\.name).joined(separator: ", ")
                throw ExplanationError("no listener is called \(name): there are \(names)")
            }
            guard all[index].tcp == nil else {
                throw ExplanationError("listener \(name) forwards connections as they are: it reads no requests")
            }
            return (index, nil)
        }
        let fitting = all.indices.filter { all[$0].tcp == nil && (all[$0].tls != nil) == url.isSecure }
        let exact = fitting.first { index in
            if case .ip(let address) = listenAddresses[index] { return Int(address.port) == url.port }
            return false
        }
        if let exact { return (exact, nil) }
        guard let first = fitting.first else { return (nil, nil) }
        let note = "no listener has port \(url.port): this is about \(all[first].name)"
        return (first, "\(note); give a listener to ask about another")
    }
}

extension ExplanationQuestion {
    /// The address that connects; nil: it is not known.
    var peer: EndpointAddress? {
        get throws(ExplanationError) {
            guard let client else { return nil }
            guard let address = EndpointAddress(client.contains(":") ? "[\(client)]:1" : "\(client):1") else {
                throw ExplanationError("client \(client) is no address: write 192.0.2.7 or 2001:db8::7")
            }
            return address
        }
    }
}

extension ExplainedRequest.Listener {
    /// The listener at `index` of a configuration.
    init(at index: Int, of configuration: GatewayConfiguration) {
        let listener = configuration.listeners[index]
        self.init(name: listener.name)
        isSecure = listener.tls != nil
        redirectsToHTTPS = listener.redirectsToHTTPS
        access = CompiledAccess(listener.access)
        policy = listener.access
        requestBodyLimit = max(-1, listener.requestBodyLimit ?? -1)
        hasSecureListener = configuration.listeners.contains { $0.tls != nil }
    }
}
