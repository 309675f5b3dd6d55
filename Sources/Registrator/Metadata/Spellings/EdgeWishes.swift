/// What a container wants of the edge, whichever spelling it says it in.
public struct EdgeWishes: Sendable, Equatable {
    /// It says that the edge is not to know it: `portico.enable=false`, `traefik.enable=false`.
    public var isIgnored = false
    /// It asks to be served: `portico.enable=true`, or a host, a path or a rule in any spelling.
    public var isEnabled = false
    /// What the endpoints on its ports say beside their addresses, in the order that it is written.
    ///
    /// A port that nothing is said of is not among them; one that it does not expose is, if something names it: it can be
    /// reached on the container's own address, but is not published.
    public var attributes: [UInt16: [EndpointAttribute]] = [:]
    /// What is wrong with its labels, or does less than their author may think.
    public var problems: [SpellingProblem] = []

    /// It wants nothing.
    public init() {}
}

/// A label or variable that was left out, or that does less than its author may think.
public struct SpellingProblem: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// All is as somebody wanted it, but somebody else may wonder.
        case notice
        /// Something was left out.
        case warning
    }

    /// The label or variable.
    public var name: String
    /// What is wrong, then what would be right.
    public var reason: String
    /// How bad it is.
    public var severity: Severity

    /// A problem with the label or variable called `name`.
    public init(name: String, reason: String, severity: Severity = .warning) {
        self.name = name
        self.reason = reason
        self.severity = severity
    }
}

extension SpellingProblem: CustomStringConvertible {
    /// `portico.hots: there is no such label: did you mean "portico.host"?`, for logs.
    public var description: String { "\(name): \(reason)" }
}
