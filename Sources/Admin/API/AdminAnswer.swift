internal import HTTPTypes
internal import KeyValue

/// What a request is answered with.
struct AdminAnswer: Sendable {
    var status = HTTPResponse.Status.ok
    var fields = HTTPFields()
    var body: [UInt8] = []

    /// JSON of one object.
    static func json(_ body: (inout JSONWriter) -> Void) -> AdminAnswer {
        var writer = JSONWriter(isPretty: false)
        writer.object(body)
        return json(writer.finished())
    }

    /// JSON text.
    static func json(_ text: [UInt8]) -> AdminAnswer {
        AdminAnswer(fields: [.contentType: "application/json"], body: text + [UInt8(ascii: "\n")])
    }

    /// Text, which ends its last line.
    static func text(_ text: String, status: HTTPResponse.Status = .ok) -> AdminAnswer {
        AdminAnswer(
            status: status, fields: [.contentType: "text/plain; charset=utf-8"], body: Array("\(text)\n".utf8))
    }
}

/// A request that is refused, with what would be right.
struct AdminRefusal: Error, Equatable {
    var status: HTTPResponse.Status
    /// What was wrong, then what would be right.
    var text: String
    var fields = HTTPFields()

    init(_ status: HTTPResponse.Status, _ text: String) {
        self.status = status
        self.text = text
    }

    /// `{"error": "..."}`.
    var answer: AdminAnswer {
        var answer = AdminAnswer.json { writer in
            writer.name("error")
            writer.string(text)
        }
        answer.status = status
        for field in fields { answer.fields.append(field) }
        return answer
    }
}
