public import Routing

/// An entry of the store or of the configuration that was left out, or that does less than its author may think.
public struct DiscoveryProblem: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Codable {
        /// All is as somebody wanted it, but somebody else may wonder.
        case notice
        /// Something was left out.
        case warning
    }

    /// What it is about: a key, or `route shop`, or `service web-80`.
    public var subject: String
    /// What is wrong, then what would be right.
    public var reason: String
    /// Where the entry came from.
    public var provenance: Provenance?
    /// How bad it is.
    public var severity: Severity

    /// A problem with `subject`.
    public init(subject: String, reason: String, provenance: Provenance?, severity: Severity = .warning) {
        self.subject = subject
        self.reason = reason
        self.provenance = provenance
        self.severity = severity
    }
}

extension DiscoveryProblem: CustomStringConvertible {
    /// `subject (source, revision 12): reason`, for logs.
    public var description: String {
        guard let provenance else { return "\(subject): \(reason)" }
        let source = provenance.source.hasSuffix(subject) ? "" : provenance.source
        let revision = provenance.revision == 0 ? "" : "revision \(provenance.revision)"
        let place = [source, revision].filter { !$0.isEmpty }.joined(separator: ", ")
        return place.isEmpty ? "\(subject): \(reason)" : "\(subject) (\(place)): \(reason)"
    }
}
