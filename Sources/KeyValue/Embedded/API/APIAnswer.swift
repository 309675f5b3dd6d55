import HTTPTypes

/// What a request is answered with.
struct APIAnswer: Sendable {
    var status: HTTPResponse.Status
    var fields = HTTPFields()
    var body: [UInt8] = []

    /// JSON that was written.
    static func json(
        _ writer: JSONWriter, status: HTTPResponse.Status = .ok, index: UInt64? = nil
    ) -> APIAnswer {
        json(writer.finished(), status: status, index: index)
    }

    /// JSON text.
    static func json(
        _ text: [UInt8], status: HTTPResponse.Status = .ok, index: UInt64? = nil
    ) -> APIAnswer {
        var answer = APIAnswer(status: status, body: text)
        answer.fields[.contentType] = "application/json"
        if let index { answer.setIndex(index) }
        return answer
    }

    /// No body, but the index to wait on.
    static func missing(index: UInt64) -> APIAnswer {
        var answer = APIAnswer(status: .notFound)
        answer.setIndex(index)
        return answer
    }

    /// The fields of an answer to a read: what index it is of, and that there is a leader and how fresh it is.
    mutating func setIndex(_ index: UInt64) {
        fields[Self.indexField] = String(max(index, 1))
        setLeader()
    }

    /// That there is a leader (this) and that it was asked itself.
    mutating func setLeader() {
        fields[Self.knownLeaderField] = "true"
        fields[Self.lastContactField] = "0"
    }

    // Spelled as Consul's server puts them on the wire.
    private static let indexField = HTTPField.Name("X-Consul-Index") ?? .eTag
    private static let knownLeaderField = HTTPField.Name("X-Consul-Knownleader") ?? .eTag
    private static let lastContactField = HTTPField.Name("X-Consul-Lastcontact") ?? .eTag
}

/// A request that is refused with a status and a line of text; the texts are Consul's where it has them.
struct APIError: Error {
    var status: HTTPResponse.Status
    var text: String
    var fields = HTTPFields()

    /// A refusal.
    init(_ status: HTTPResponse.Status, _ text: String) {
        self.status = status
        self.text = text
    }

    /// What Consul answers with 500: what its servers refuse, and our own failures.
    init(_ refusal: StoreRefusal) {
        self.init(.internalServerError, refusal.text)
    }

    /// The answer that says so.
    var answer: APIAnswer {
        var answer = APIAnswer(status: status, fields: fields, body: Array(text.utf8))
        if !text.isEmpty { answer.fields[.contentType] = "text/plain; charset=utf-8" }
        return answer
    }
}
