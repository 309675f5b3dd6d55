internal import Gateway
internal import Discovery
internal import Control
internal import KeyValue

/// Something that happened, as /api/v1/events and the stream tell it.
struct JournalEntry: Sendable, Equatable {
    /// What sort of thing it is.
    enum Kind: String, Sendable, CaseIterable {
        /// A table was put in force.
        case table
        /// A problem has appeared, or is none any more.
        case problem
        /// An endpoint went down or came up, was ejected or has returned.
        case endpoint
        /// An operator has changed something.
        case order
    }

    /// Counted up from 1.
    var id: UInt64 = 0
    /// Seconds since 1970.
    var time: Int64
    var kind: Kind
    /// What it is about: `web-80/10.0.0.5:80`, `table 12`, the problem's subject.
    var subject: String
    /// What became of it, in one word.
    var what: String
    /// The rest, for people.
    var detail: String

    init(time: Int64, kind: Kind, subject: String, what: String, detail: String) {
        self.time = time
        self.kind = kind
        self.subject = subject
        self.what = what
        self.detail = detail
    }

    /// What the control plane has told.
    init(_ event: ControlEvent, time: Int64) {
        switch event {
        case .installed(let installation):
            self.init(
                time: time, kind: .table, subject: "table \(installation.generation)", what: "installed",
                detail: installation.changes.summary)
        case .appeared(let problem):
            self.init(time: time, kind: .problem, subject: problem.subject, what: "appeared", detail: problem.reason)
        case .gone(let problem):
            self.init(time: time, kind: .problem, subject: problem.subject, what: "gone", detail: problem.reason)
        case .endpoint(let event):
            self.init(
                time: time, kind: .endpoint, subject: event.identity, what: event.kind.rawValue, detail: event.reason)
        case .ordered(let identity, let order, let standing):
            self.init(
                time: time, kind: .order, subject: identity, what: "\(order)",
                detail: standing == nil ? "it is as the store says" : "until it is taken back or the endpoint goes")
        }
    }

    /// As a member of a JSON document.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("id")
            writer.number(id)
            writer.name("time")
            writer.number(time)
            writer.name("kind")
            writer.string(kind.rawValue)
            writer.name("subject")
            writer.string(subject)
            writer.name("what")
            writer.string(what)
            writer.name("detail")
            writer.string(detail)
        }
    }
}
