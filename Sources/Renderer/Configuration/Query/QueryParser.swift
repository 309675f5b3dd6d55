/// Takes a query's text apart from front to back.
struct QueryParser {
    private var rest: Substring.UnicodeScalarView
    private let text: String
    private let kind: String

    /// - Parameter kind: what errors call the query.
    init(_ text: String, kind: String) {
        self.text = text
        self.kind = kind
        rest = text[...].unicodeScalars
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Letters, digits and `_`, of ASCII.
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
    }

    mutating func take(while wanted: (Unicode.Scalar) -> Bool) -> String {
        let head = rest.prefix(while: wanted)
        rest = rest[head.endIndex...]
        return String(Substring(head))
    }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard rest.first == scalar else { return false }
        rest.removeFirst()
        return true
    }

    /// A name of letters, digits, `_`, `-` and `.` after `mark`; nil, and nothing taken, if there is none.
    mutating func name(after mark: Unicode.Scalar) -> String? {
        let before = rest
        guard skip(mark) else { return nil }
        let name = take { Self.isWord($0) || $0 == "-" || $0 == "." }
        if name.isEmpty { rest = before }
        return name.isEmpty ? nil : name
    }

    /// What follows a `?`; nil, and nothing taken, if there is nothing.
    mutating func parameters() -> String? {
        let before = rest
        guard skip("?") else { return nil }
        let parameters = take { Self.isWord($0) || $0 == "-" || $0 == "=" || $0 == "&" }
        if parameters.isEmpty { rest = before }
        return parameters.isEmpty ? nil : parameters
    }

    /// Parameters, a datacenter, what `more` takes, and then the end.
    mutating func scope(more: (inout QueryParser) -> Void = { _ in }) throws(StoreQueryError) -> QueryScope {
        var scope = QueryScope()
        let parameters = parameters()
        scope.datacenter = name(after: "@")
        more(&self)
        guard isAtEnd else { throw .format(kind: kind, text: text) }
        try apply(parameters, to: &scope)
        return scope
    }

    /// Reads parameters as a URL's query; of a name that is there twice the first one counts.
    func apply(_ parameters: String?, to scope: inout QueryScope) throws(StoreQueryError) {
        for part in (parameters ?? "").split(separator: "&").reversed() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let value = pair.count == 2 && !pair[1].isEmpty ? pair[1] : nil
            switch pair[0] {
            case "ns": scope.namespace = value
            case "peer": scope.peer = value
            case "partition": scope.partition = value
            case "sameness-group", "sg": scope.samenessGroup = value
            default: throw .parameter(kind: kind, name: pair[0], query: parameters ?? "")
            }
        }
    }
}
