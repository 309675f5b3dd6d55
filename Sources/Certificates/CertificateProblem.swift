/// Something about a certificate that its operator should know.
public struct CertificateProblem: Sendable, Equatable, CustomStringConvertible {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// Clients are or would be turned away; a file that cannot be used is left out.
        case error
        /// It works, but not for long, or not as its operator may think.
        case warning
    }

    /// How bad it is.
    public var severity: Severity
    /// The file or folder, or the key in a store.
    public var path: String
    /// The line in it, from 1; 0 where the whole is meant.
    public var line = 0
    /// What is wrong.
    public var what: String
    /// What would be right.
    public var remedy: String

    /// A problem with the whole of `path`.
    public init(_ severity: Severity, _ path: String, _ what: String, _ remedy: String) {
        self.severity = severity
        self.path = path
        self.what = what
        self.remedy = remedy
    }

    /// The problem that an error is.
    public init(_ error: CertificateError) {
        self.init(.error, error.place, error.what, error.remedy)
        line = error.line
    }

    /// `path:line: what: what would be right`.
    public var description: String {
        let position = line > 0 ? "\(path):\(line)" : path
        return remedy.isEmpty ? "\(position): \(what)" : "\(position): \(what): \(remedy)"
    }
}
