/// A request that was answered lately, as the access log has it.
public struct RecentRequest: Sendable, Equatable, Encodable {
    /// How long each part took, in seconds.
    public struct Timings: Sendable, Equatable, Codable {
        /// Until it left for the endpoint that answered, all in all; nil: it never left.
        public var beforeSending: Double?
        /// Of that: to verify its password; nil: none was verified.
        public var password: Double?
        /// Of that: to ask whether it may go on; nil: nobody was asked.
        public var permission: Double?
        /// Of that: in line for an endpoint with room; nil: it did not wait.
        public var queue: Double?
        /// Of that: from the choice of the endpoint to a connection that was up; 0 where one was at hand.
        public var connect: Double?
        /// From its leaving to the answer's first octet; nil: there was none.
        public var firstByte: Double?
        /// From then to the answer's end.
        public var body: Double?
        /// All of it.
        public var total: Double
    }

    /// An endpoint that was asked.
    public struct Try: Sendable, Equatable, Codable {
        /// `10.0.0.5:80`.
        public var endpoint: String
        /// `answered`, or why it came to nothing: a word as in the access log, or `overtaken` by a try beside it.
        public var outcome: String
        /// The status that it answered with; nil: it gave none.
        public var status: Int?
        /// Seconds from the request's head to the choice of this endpoint.
        public var began: Double
        /// Seconds from then to the try's end.
        public var took: Double
        /// Whether the connection had served another request before.
        public var isReused: Bool

        private enum CodingKeys: String, CodingKey {
            case endpoint, outcome, status, began, took
            case isReused = "reused"
        }
    }

    /// `X-Request-Id`.
    public var id: String
    /// Seconds since 1970 at its end.
    public var time: Double
    /// The listener that it came in at.
    public var listener: String
    /// Whether its client came by https, of the edge or of a trusted proxy.
    public var isSecure: Bool
    /// Its client's address.
    public var client: String
    /// Who has shown a password; nil: nobody.
    public var user: String?
    /// `GET /cart HTTP/1.1`.
    public var line: String
    /// Host as it was sent.
    public var host: String
    /// What the client got; 499 where it did not wait.
    public var status: Int
    /// Why it failed, a word as in the access log; nil if it did not.
    public var failure: String?
    /// The route; nil: none.
    public var route: String?
    /// The service; nil: none.
    public var service: String?
    /// The endpoint that was asked last; nil: none.
    public var endpoint: String?
    /// The number of the table that it went by.
    public var generation: UInt64
    /// Tries made again, by the policy.
    public var retries: Int
    /// The endpoints that were asked, in this order, the one that answered last; empty: none was.
    public var tries: [Try]
    /// Octets of it.
    public var receivedBytes: UInt64
    /// Octets of its answer.
    public var sentBytes: UInt64
    /// How long it took.
    public var timings: Timings

    private enum CodingKeys: String, CodingKey {
        case id, time, listener, client, user, line, host, status, failure, route, service, endpoint, generation,
            retries
        case tries, receivedBytes, sentBytes, timings
        case isSecure = "secure"
    }

    init(_ entry: LogEntry, _ texts: LogTexts, _ listener: String) {
        func text(_ octets: ArraySlice<UInt8>) -> String { String(decoding: octets, as: UTF8.self) }
        func optional(_ octets: ArraySlice<UInt8>) -> String? { octets.isEmpty ? nil : text(octets) }
        id = text(texts.requestID)
        time = Double(entry.time / 1_000_000) / 1_000
        self.listener = listener
        isSecure = entry.flags.contains(.isSecure)
        client = entry.peer.text
        user = optional(texts.user)
        line = text(texts.line)
        host = text(texts.host)
        status = Int(entry.status)
        failure = optional(texts.failure)
        route = optional(texts.route)
        service = optional(texts.service)
        endpoint = optional(texts.endpoint)
        generation = entry.generation
        retries = Int(entry.tries)
        tries = []
        receivedBytes = entry.bytesIn
        sentBytes = entry.bytesOut
        timings = Timings(entry)
        LoggedTry.each(in: texts.tries) { tries.append(Try($0, endpoint: text($1))) }
        // Where nobody else was to be had, the last is among those that came to nothing.
        if let last = Try(entry, endpoint: endpoint, failure: failure), tries.last?.began != last.began {
            tries.append(last)
        }
    }

    /// What it was, as a question; nil where its line cannot be read.
    public var question: ExplanationQuestion? {
        let words = line.split(separator: " ")
        guard words.count == 3, !host.isEmpty, words[1].hasPrefix("/") else { return nil }
        var question = ExplanationQuestion(url: "\(isSecure ? "https" : "http")://\(host)\(words[1])")
        question.listener = listener.isEmpty ? nil : listener
        question.isSecure = isSecure
        question.method = String(words[0])
        question.client = client
        return question
    }
}

extension RecentRequest.Timings {
    init(_ entry: LogEntry) {
        func seconds(_ nanoseconds: UInt64) -> Double { Double(nanoseconds / 1_000) / 1_000_000 }
        total = seconds(entry.duration)
        if entry.asked > 0 { permission = seconds(entry.asked) }
        if entry.verified > 0 { password = seconds(UInt64(entry.verified) * 1_000) }
        if entry.queued > 0 { queue = seconds(UInt64(entry.queued) * 1_000) }
        // Sent in the turn in which it came, it has taken no time that was measured.
        guard entry.sentAfter > 0 || entry.firstByteAfter > 0 else { return }
        beforeSending = seconds(entry.sentAfter)
        let chosen = UInt64(entry.chosenAfter) * 1_000
        connect = entry.flags.contains(.isReused) ? 0 : seconds(max(entry.sentAfter, chosen) - chosen)
        guard entry.firstByteAfter >= entry.sentAfter else { return }
        firstByte = seconds(entry.firstByteAfter - entry.sentAfter)
        body = seconds(max(entry.duration, entry.firstByteAfter) - entry.firstByteAfter)
    }
}

extension RecentRequest.Try {
    /// One that came to nothing.
    init(_ logged: LoggedTry, endpoint: String) {
        let kind = GatewayError.Kind(rawValue: logged.kind)
        self.endpoint = endpoint
        outcome = kind.map { "\(GatewayError($0).label)" } ?? "overtaken"
        status = kind.map { Int(GatewayError($0).answeredStatus) }.flatMap { $0 > 0 ? $0 : nil }
        began = Double(logged.beganAfter) / 1_000_000
        took = Double(logged.took) / 1_000_000
        isReused = logged.isReused
    }

    /// The last one; nil where there was none.
    init?(_ entry: LogEntry, endpoint: String?, failure: String?) {
        guard let endpoint else { return nil }
        self.endpoint = endpoint
        outcome = failure ?? "answered"
        status = failure == nil ? Int(entry.status) : nil
        began = Double(entry.chosenAfter) / 1_000_000
        let end = entry.duration / 1_000
        took = Double(max(end, UInt64(entry.chosenAfter)) - UInt64(entry.chosenAfter)) / 1_000_000
        isReused = entry.flags.contains(.isReused)
    }
}
