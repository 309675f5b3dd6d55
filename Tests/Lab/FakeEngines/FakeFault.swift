/// How a fake engine misbehaves.
public enum FakeFault: Sendable, Equatable {
    /// Takes connections and requests and answers nothing; its streams of events fall silent.
    case hang
    /// Takes no connection, and has cut those that it had.
    case refuse
    /// Answers with octets that are no HTTP.
    case garbage
    /// Answers with half a JSON document, framed as if it were whole.
    case truncated
    /// Breaks the connection off in the middle of each answer.
    case brokenOff
    /// Answers this late.
    case slow(Duration)
    /// Answers every call with this status.
    case failing(Int)
}

/// A call of an engine's API.
public struct FakeRequest: Sendable {
    /// Its method.
    public let method: String
    /// Its path, without the version.
    public let path: String
    /// Its query.
    public let query: [String: String]
    /// Its body.
    public let body: [UInt8]
}

/// What a fake engine says to a call.
struct FakeReply: Sendable {
    /// What comes after the head.
    enum Content: Sendable {
        case whole([UInt8])
        /// Every event from now on.
        case events
    }

    var status: Int
    var content: Content

    /// A JSON document.
    static func document(_ octets: [UInt8], status: Int = 200) -> FakeReply {
        FakeReply(status: status, content: .whole(octets))
    }

    /// A JSON document.
    static func document(_ text: String, status: Int = 200) -> FakeReply { .document(Array(text.utf8), status: status) }

    /// Done, and nothing to tell.
    static let done = FakeReply(status: 204, content: .whole([]))

    /// An error as engines write it.
    static func error(_ status: Int, _ message: String) -> FakeReply {
        .document(#"{"message":\#(LabJSON.text(message))}"#, status: status)
    }
}
