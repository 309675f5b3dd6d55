/// What is wrong with a folder of certificates, for people.
public struct CertificateCheck: Sendable {
    private let path: String
    private let contents: CertificateFolder.Contents
    private let now: Int64

    /// Reads the folder at `path`; certificates are judged at `now`, in seconds since 1970.
    public init(path: String, now: Int64 = CertificateClock.now) {
        self.path = path
        self.now = now
        contents = CertificateFolder.scan(path, now: now)
    }

    /// Whether clients are or would be turned away.
    public var hasErrors: Bool { contents.problems.contains { $0.severity == .error } }

    /// Which certificate a host gets, and why; nil if it is no host.
    ///
    /// The fallback is the edge's own, the certificate called `default`.
    public func choice(host: String) -> CertificateChoice? {
        CertificateChoice(host: host, among: contents.entries, fallback: .named("default"), now: now)
    }

    /// A line for each problem, errors first, and one with their numbers.
    public var text: String {
        let errors = contents.problems.filter { $0.severity == .error }
        let warnings = contents.problems.filter { $0.severity == .warning }
        let count = contents.entries.count
        let found = count == 1 ? "1 certificate" : "\(count) certificates"
        let summary =
            contents.problems.isEmpty
            ? "\(path): \(found), all is well\n"
            : "\(path): \(found), \(Self.number(errors.count, "error")), \(Self.number(warnings.count, "warning"))\n"
        return (errors + warnings).map { "\($0.severity.rawValue): \($0)\n" }.joined() + summary
    }

    private static func number(_ count: Int, _ word: String) -> String {
        count == 1 ? "1 \(word)" : "\(count) \(word)s"
    }
}
