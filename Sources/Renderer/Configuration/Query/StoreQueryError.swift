internal import GoFlags

/// Why a text is no query, in consul-template's words.
public enum StoreQueryError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text has not the form of a query of this kind.
    case format(kind: String, text: String)
    /// A parameter behind `?` that is none.
    case parameter(kind: String, name: String, query: String)
    /// A state that services do not have.
    case filter(kind: String, name: String, text: String)

    /// The error's text.
    public var description: String {
        switch self {
        case .format(let kind, let text): "\(kind): invalid format: \(text.goQuoted)"
        case .parameter(let kind, let name, let query):
            "\(kind): invalid query parameter key \(name.goQuoted) in query \(query.goQuoted): "
                + "supported keys: ns,peer,partition,sameness-group"
        case .filter(let kind, let name, let text): "\(kind): invalid filter: \(name.goQuoted) in \(text.goQuoted)"
        }
    }
}
