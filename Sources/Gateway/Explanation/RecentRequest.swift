/// A request that was answered lately, as the access log has it.
public struct RecentRequest: Sendable, Equatable, Codable {
    /// How long each part took, in seconds.
    public struct Timings: Sendable, Equatable, Codable {
        /// To ask whether it may go on; nil: nobody was asked.
        public var permission: Double?
        /// Until it left for the endpoint that answered: reading and routing, waiting in line, tries before, and the connection;
        /// nil: it never left.
        public var beforeSending: Double?
        /// From then to the answer's first octet; nil: there was none.
        public var firstByte: Double?
        /// From then to its end.
        public var body: Double?
        /// All of it.
        public var total: Double
    }

    /// `X-Request-Id`.
    public var id: String
    /// Seconds since 1970 at its end.
    public var time: Double
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
    /// Tries made again.
    public var tries: Int
    /// Octets of it.
    public var receivedBytes: UInt64
    /// Octets of its answer.
    public var sentBytes: UInt64
    /// How long it took.
    public var timings: Timings

    init(_ entry: LogEntry, _ texts: LogTexts) {
        func text(_ octets: ArraySlice<UInt8>) -> String { String(decoding: octets, as: UTF8.self) }
        func optional(_ octets: ArraySlice<UInt8>) -> String? { octets.isEmpty ? nil : text(octets) }
        id = text(texts.requestID)
        time = Double(entry.time / 1_000_000) / 1_000
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
        tries = Int(entry.tries)
        receivedBytes = entry.bytesIn
        sentBytes = entry.bytesOut
        timings = Timings(entry)
    }

    /// What it was, as a question; nil where its line cannot be read.
    public var question: ExplanationQuestion? {
        let words = line.split(separator: " ")
        guard words.count == 3, !host.isEmpty, words[1].hasPrefix("/") else { return nil }
        var question = ExplanationQuestion(url: "http://\(host)\(words[1])")
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
        // Sent in the turn in which it came, it has taken no time that was measured.
        guard entry.sentAfter > 0 || entry.firstByteAfter > 0 else { return }
        beforeSending = seconds(entry.sentAfter)
        guard entry.firstByteAfter >= entry.sentAfter else { return }
        firstByte = seconds(entry.firstByteAfter - entry.sentAfter)
        body = seconds(max(entry.duration, entry.firstByteAfter) - entry.firstByteAfter)
    }
}
