internal import Routing
internal import Control
internal import Discovery
internal import KeyValue

/// Something that is wrong now, or that somebody may wonder about.
struct EdgeProblem: Sendable, Equatable {
    /// What it is about: a key, `service web-80`, `endpoint web-80/10.0.0.5:80`, `store`.
    var subject: String
    /// What is wrong, then what would be right.
    var reason: String
    var severity: DiscoveryProblem.Severity
    /// Seconds since 1970 at which it appeared.
    var since: Int64
    /// Where the entry came from, and its revision there; nil where it is none.
    var source: String?
    var revision: UInt64 = 0

    /// What the control plane has found.
    init(_ standing: StandingProblem) {
        subject = standing.problem.subject
        reason = standing.problem.reason
        severity = standing.problem.severity
        since = standing.since
        source = standing.problem.provenance?.source
        revision = standing.problem.provenance?.revision ?? 0
    }

    /// What was seen.
    init(_ finding: ProblemFinding, since: Int64) {
        subject = finding.subject
        reason = finding.reason
        severity = finding.severity
        self.since = since
    }

    /// As a member of a JSON document.
    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("subject")
            writer.string(subject)
            writer.name("reason")
            writer.string(reason)
            writer.name("severity")
            writer.string(severity.rawValue)
            writer.name("since")
            writer.number(since)
            writer.name("source")
            if let source { writer.string(source) } else { writer.null() }
            writer.name("revision")
            writer.number(revision)
        }
    }
}

/// Something that was seen to be wrong, as long as it is seen.
struct ProblemFinding: Sendable, Equatable {
    /// What makes it the same one as before; reasons may change meanwhile.
    var identity: String
    var subject: String
    var reason: String
    var severity = DiscoveryProblem.Severity.warning
    /// Seconds since 1970 since which it stands, where that is known; else it stands since it was seen.
    var since: Int64?

    init(_ kind: String, _ subject: String, _ reason: String, _ severity: DiscoveryProblem.Severity = .warning) {
        identity = "\(kind) \(subject)"
        self.subject = subject
        self.reason = reason
        self.severity = severity
    }
}
