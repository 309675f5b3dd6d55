/// One question that a template asks, told apart from others by the id that consul-template gives it.
public struct Dependency: Hashable, Sendable, CustomStringConvertible {
    /// What is asked.
    public enum Question: Hashable, Sendable {
        /// Something of the store, which is answered so:
        ///
        /// | query | answer |
        /// |---|---|
        /// | `.key`, blocking | `.value`, once the key exists; a key that is deleted keeps its last |
        /// | `.key`, not blocking | `.value`, nil when the key does not exist |
        /// | `.prefix` | `.pairs` |
        /// | `.service` | `.services` |
        /// | `.services` | `.catalog` |
        /// | `.nodes` | `.nodes` |
        /// | `.node` | `.node` |
        case store(StoreQuery)
        /// The names of all datacenters: `.names`.
        ///
        /// Both forms have one id, so whoever asks first decides about those that cannot be reached.
        case datacenters(ignoringUnreachable: Bool)
        /// The contents of a file: `.value`.
        case file(String)
        /// Something of a source that not every set-up has, by its function and path.
        case foreign(ForeignSource, function: String, path: String)
    }

    /// What is asked.
    public let question: Question
    /// The id: `kv.block(a/b)`, `health.service(web|passing)`.
    public let description: String

    /// `question`, with its id.
    public init(_ question: Question) {
        self.question = question
        description =
            switch question {
            case .store(let query): query.description
            case .datacenters: "catalog.datacenters"
            case .file(let path): "file(\(path))"
            case .foreign(_, let function, let path): path.isEmpty ? function : "\(function)(\(path))"
            }
    }

    /// Questions with one id are the same.
    public static func == (left: Dependency, right: Dependency) -> Bool { left.description == right.description }

    /// Hashes the id.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
