internal import NIOCore
internal import NIOHTTP1

/// One request to Consul's HTTP API.
struct ConsulRequest {
    /// When a request may be made again at another address, or once more at the only one.
    enum Repetition {
        /// Whenever it was not answered: doing it twice is doing it once.
        case always
        /// Only if it was not sent: a compare-and-set that was carried out would fail the second time, and a blocking
        /// query must not wait at another server for an index of this one.
        case ifNotSent
    }

    /// For errors: what was asked.
    var what: String
    /// The method.
    var method: HTTPMethod
    /// The path, encoded.
    var path: String
    /// The query's parameters, not yet encoded; nil: a flag.
    var query: [(name: String, value: String?)] = []
    /// The body.
    var body: [UInt8]?
    /// When it may be repeated.
    var repetition = Repetition.always
    /// How long the head of the answer may take.
    var deadline: Duration

    /// Path and query.
    var target: String {
        guard !query.isEmpty else { return path }
        let parameters = query.map { parameter in
            parameter.value.map { "\(parameter.name)=\(PercentCoding.encodeQuery($0))" } ?? parameter.name
        }
        return "\(path)?\(parameters.joined(separator: "&"))"
    }
}

/// What Consul answered: a status below 500, and what its headers say of the store.
struct ConsulAnswer {
    /// The status code.
    var status: Int
    /// `X-Consul-Index`; nil if missing or no number.
    var index: UInt64?
    /// `X-Consul-KnownLeader`; true if it is not said.
    var isLeaderKnown = true
    /// `X-Consul-LastContact`: how long the server has not heard of its leader.
    var lastContact = Duration.zero
    /// `X-Consul-Results-Filtered-By-ACLs`: the token was not shown everything (Consul 1.11 and later).
    var isFiltered = false
    /// `Content-Type`.
    var contentType = ""
    /// The body.
    var body = ByteBuffer()
    /// The address that answered, for errors.
    var server = ""

    /// An answer with these headers.
    init(status: Int, headers: HTTPHeaders, body: ByteBuffer, server: String) {
        self.status = status
        self.body = body
        self.server = server
        index = headers.first(name: "X-Consul-Index").flatMap { UInt64($0) }
        isLeaderKnown = headers.first(name: "X-Consul-KnownLeader") != "false"
        lastContact = .milliseconds(headers.first(name: "X-Consul-LastContact").flatMap { UInt32($0) } ?? 0)
        isFiltered = headers.first(name: "X-Consul-Results-Filtered-By-ACLs") == "true"
        contentType = headers.first(name: "Content-Type") ?? ""
    }

    /// The beginning of the body, one line, for errors.
    var excerpt: String {
        let text = String(decoding: body.readableBytesView.prefix(160), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).first ?? ""
        return line.unicodeScalars.allSatisfy { $0.value >= 0x20 } ? String(line) : "unprintable text"
    }
}
