/// What stands before a request's body (RFC 9112 section 3).
struct RequestHead: Sendable {
    /// `GET`, `POST` and the like, in the case that was sent.
    var method: String
    /// Path and query: `/v1.45/containers/json?all=1`.
    var target: String
    /// Whether it is HTTP/1.0, whose clients know no chunks.
    var isOld: Bool
    /// The fields in their order, values without blanks around them.
    var fields: [(name: String, value: String)]
    /// How its body is framed.
    var framing: BodyFraming
    /// Whether the client may send another request on the connection.
    var keepsAlive: Bool
    /// Whether the client holds its body back until it is told to go on (RFC 9110 section 10.1.1).
    var expectsContinue: Bool
    /// Whether the client asks to speak another protocol on the connection (RFC 9110 section 7.8).
    var isUpgrade: Bool

    /// Whether only the head of an answer is sent.
    var wantsHeadOnly: Bool { method == "HEAD" }
}

/// How a body is told from what follows it.
enum BodyFraming: Sendable, Equatable {
    /// There is none.
    case none
    /// So many octets, 1 or more.
    case length(Int)
    /// In chunks.
    case chunked
}
