internal import Certificates
internal import Discovery

/// The certificates of one source that are in force: of each name the last that could be used.
///
/// A name whose replacement is broken keeps the former certificate, and so do all of a source that cannot be read. A name
/// that is gone goes, but only after ``removalDelay``: some tools delete before they write. A problem is told once it has
/// stood for ``problemDelay``, so that the halves of a pair may be written one after the other.
///
/// Pure: time is given, in any monotonic measure.
struct CertificateShelf: Sendable {
    static let removalDelay: Duration = .milliseconds(500)
    static let problemDelay: Duration = .seconds(1)

    /// What is in force, by name.
    private(set) var entries: [CertificateTable.Entry] = []
    /// Names of entries that are older than what the source has.
    private(set) var former: Set<String> = []
    /// Whether the source could be read the last time.
    private(set) var isReadable = true
    private var absentSince: [String: Duration] = [:]
    private var standing: [(problem: CertificateProblem, since: Duration)] = []

    /// Takes up what the source holds now.
    mutating func take(_ finds: CertificateFinds, now: Duration) {
        let found = Set(finds.entries.map(\.name))
        let held = Dictionary(entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var next = finds.entries.map { entry in
            guard let old = held[entry.name], old.credential.isSame(as: entry.credential) else { return entry }
            var kept = old
            (kept.source, kept.revision) = (entry.source, entry.revision)
            return kept
        }
        former = []
        isReadable = finds.isReadable
        var absent: [String: Duration] = [:]
        for entry in entries where !found.contains(entry.name) {
            if finds.broken.contains(entry.name) || !finds.isReadable {
                former.insert(entry.name)
            } else {
                absent[entry.name] = absentSince[entry.name] ?? now
            }
            next.append(entry)
        }
        absentSince = absent
        entries = next.sorted { $0.name < $1.name }
        standing = finds.problems.map { problem in
            (problem, standing.first { $0.problem == problem }?.since ?? now)
        }
        expire(now: now)
    }

    /// Lets go of what has been gone for long enough.
    mutating func expire(now: Duration) {
        let gone = absentSince.filter { $0.value + Self.removalDelay <= now }.keys
        guard !gone.isEmpty else { return }
        entries.removeAll { gone.contains($0.name) }
        for name in gone { absentSince[name] = nil }
    }

    /// When something changes by itself next.
    func nextDeadline(now: Duration) -> Duration? {
        let removal = absentSince.values.min().map { $0 + Self.removalDelay }
        let problem = standing.map { $0.since + Self.problemDelay }.filter { $0 > now }.min()
        return [removal, problem].compactMap { $0 }.min()
    }

    /// What has been wrong for long enough to be told.
    func problems(now: Duration) -> [DiscoveryProblem] {
        let told = standing.filter { $0.since + Self.problemDelay <= now }.map(\.problem)
        var problems = told.map(DiscoveryProblem.init)
        // Of a source that cannot be read at all, one line is enough.
        guard !told.isEmpty, isReadable else { return problems }
        for entry in entries where former.contains(entry.name) {
            problems.append(
                DiscoveryProblem(
                    subject: "certificate \(entry.name)",
                    reason: "the former one, good until \(UTCTime(entry.credential.facts.notAfter)), is served on, "
                        + "for its replacement cannot be used", provenance: nil, severity: .notice))
        }
        return problems
    }
}

extension Credential {
    /// Whether the two serve clients alike: the leaf tells the key, for each was checked to belong to it.
    fileprivate func isSame(as other: Credential) -> Bool {
        facts == other.facts && chainFacts == other.chainFacts && notes == other.notes
    }
}

extension DiscoveryProblem {
    /// A certificate's problem in the control plane's words.
    init(_ problem: CertificateProblem) {
        let place = problem.line > 0 ? "\(problem.path):\(problem.line)" : problem.path
        self.init(
            subject: "certificate \(place)",
            reason: problem.remedy.isEmpty ? problem.what : "\(problem.what): \(problem.remedy)", provenance: nil)
    }
}
