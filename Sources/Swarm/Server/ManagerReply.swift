internal import DockerEngine

/// What the manager does about a request.
enum ManagerReply: Sendable {
    /// It is answered, all at once.
    case answer(ManagerAnswer)
    /// It is answered bit by bit: the head goes out at once, the rest as the closure writes it, until the closure returns.
    ///
    /// The closure's task is cancelled when the client goes.
    case stream(ManagerAnswer, @Sendable (any ReplyWriter) async throws -> Void)
    /// It goes on to an engine over a connection of its own, both ways, for as long as both want.
    case splice(Splice)
}

/// A whole answer, or the head of one that is streamed.
struct ManagerAnswer: Sendable, Equatable {
    /// HTTP's status.
    var status: Int
    /// The media type; nil where there is no body.
    var mediaType: String?
    /// The body.
    var body: [UInt8]
    /// Fields besides those that all answers have.
    var fields: [AnswerField] = []

    /// An answer without a body: 204 and the like.
    init(status: Int) {
        self.status = status
        mediaType = nil
        body = []
    }

    /// JSON, as octets.
    init(status: Int = 200, json: [UInt8]) {
        self.status = status
        mediaType = "application/json"
        body = json
    }

    /// JSON.
    init(status: Int = 200, json: JSONValue) { self.init(status: status, json: json.octets) }

    /// Plain text.
    init(status: Int = 200, text: String) {
        self.status = status
        mediaType = "text/plain; charset=utf-8"
        body = Array(text.utf8)
    }

    /// Why there is no other answer, as Docker's clients of API 1.24 and later read it: `{"message": "..."}`.
    init(_ error: RequestError) {
        self.init(status: error.status, json: .object(JSONObject([("message", .string(error.message))])))
    }
}

/// A field of an answer's head.
struct AnswerField: Sendable, Equatable {
    var name: String
    var value: String
}

/// Where a streamed answer goes.
protocol ReplyWriter: Sendable {
    /// Sends octets, and waits while the client is too slow for them.
    ///
    /// - Throws: when the client has gone.
    func write(_ octets: [UInt8]) async throws
}

/// Who knows what is to be done about requests.
protocol ManagerResponder: Sendable {
    /// What is to be done about a request; an error is told to its client.
    func reply(to request: ManagerRequest) async throws(RequestError) -> ManagerReply
}
