internal import Control
internal import Gateway
internal import Routing
internal import Spans
internal import Synchronization

/// Keeps the list of all that is wrong now, with since when.
///
/// It looks every two seconds, at what workers write anyway.
final class ProblemWatch: Sendable {
    private static let interval: Duration = .seconds(2)

    private struct State {
        var findings: [ProblemFinding] = []
        var since: [String: Int64] = [:]
        var limits = LimitBook()
        var room = RoomBook()
        /// Hosts without a certificate, of this table and with these certificates.
        var hosts: (generation: UInt64, certificates: [CertificateStatus], found: [ProblemFinding])?
    }

    private let subject: AdminSubject
    private let state = Mutex(State())

    init(_ subject: AdminSubject) {
        self.subject = subject
    }

    /// Looks until the task is cancelled.
    func run() async {
        repeat { look() } while (try? await Task.sleep(for: Self.interval)) != nil
    }

    /// Looks at once; what has appeared and what has gone is noted in the journal, operators' own doing apart.
    func look() {
        let (status, table, now) = (subject.controller.status, subject.gateway.table, subject.journal.now)
        let (totals, spans) = (subject.gateway.totals(), subject.spans?.figures)
        let notes = state.withLock { state in
            var findings = ProblemFindings.endpoints(of: table)
            findings += ProblemFindings.overrides(status.overrides)
            findings += ProblemFindings.certificates(status.certificates, now: now)
            findings += hosts(table, status.certificates, &state)
            findings += ProblemFindings.spans(spans)
            findings += state.limits.findings(totals, table, now: now)
            findings += state.room.findings(totals, process: ProcessFigures.now)
            findings += RoomBook.metrics((status.services, status.routes, status.endpoints), EdgeMetrics.Caps())
            let before = Dictionary(
                state.findings.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
            let after = Set(findings.map(\.identity))
            var notes: [(ProblemFinding, String)] = []
            var since: [String: Int64] = [:]
            for finding in findings {
                since[finding.identity] = state.since[finding.identity] ?? finding.since ?? now
                if before[finding.identity] == nil { notes.append((finding, "appeared")) }
            }
            for finding in state.findings where !after.contains(finding.identity) { notes.append((finding, "gone")) }
            state.findings = findings
            state.since = since
            return notes
        }
        // Endpoints have entries of their own, which say it at once.
        for (finding, what) in notes where !finding.subject.hasPrefix("endpoint") {
            subject.journal.note(
                JournalEntry(
                    time: now, kind: .problem, subject: finding.subject, what: what, detail: finding.reason))
        }
    }

    /// Found anew only where something has changed: every host is looked at.
    private func hosts(
        _ table: RoutingTable, _ certificates: [CertificateStatus], _ state: inout State
    ) -> [ProblemFinding] {
        if let known = state.hosts, known.generation == table.generation, known.certificates == certificates {
            return known.found
        }
        let found = ProblemFindings.hosts(
            of: table, listeners: subject.configuration.listeners, certificates: certificates)
        state.hosts = (table.generation, certificates, found)
        return found
    }

    /// All that is wrong now: what the control plane has found, then what was seen.
    var problems: [EdgeProblem] {
        let (findings, since) = state.withLock { ($0.findings, $0.since) }
        let now = subject.journal.now
        return subject.controller.status.problems.map { EdgeProblem($0) }
            + findings.map { EdgeProblem($0, since: since[$0.identity] ?? now) }
    }
}
