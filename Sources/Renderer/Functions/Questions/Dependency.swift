/// One question that a template asks, told apart from others by the id that consul-template gives it.
public struct Dependency: Hashable, Sendable, CustomStringConvertible {
    /// What is asked.
    public enum Question: Hashable, Sendable {
        /// The value of a key: `.value`.
        ///
        /// When it `blocks` (`key`), a key that does not exist is no answer, and one that is deleted keeps its last. Otherwise
        /// (`keyExists`, `keyOrDefault`, `keyExistsGet`) the answer is nil.
        case key(String, blocks: Bool)
        /// All keys that begin with a prefix (`ls`, `tree` and their safe forms): `.pairs`.
        case list(prefix: String)
        /// The instances of a service (`service`, `connect`): `.services`.
        case service(ServiceQuery)
        /// The names of all services: `.catalog`.
        case services
        /// All nodes: `.nodes`.
        case nodes
        /// One node with its services; an empty name is the agent's own: `.node`.
        case node(String)
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
    /// Where it is asked.
    public let scope: QueryScope
    /// The id: `kv.block(a/b)`, `health.service(web|passing)`.
    public let description: String

    /// `question` asked in `scope`.
    public init(_ question: Question, in scope: QueryScope = QueryScope()) {
        self.question = question
        self.scope = scope
        description = Self.id(question, scope)
    }

    /// Questions with one id are the same.
    public static func == (left: Dependency, right: Dependency) -> Bool { left.description == right.description }

    /// Hashes the id.
    public func hash(into hasher: inout Hasher) { hasher.combine(description) }

    private static func id(_ question: Question, _ scope: QueryScope) -> String {
        let suffix = scope.suffix
        func optional(_ name: String, _ text: String) -> String { text.isEmpty ? name : "\(name)(\(text))" }
        return switch question {
        case .key(let key, let blocks): "\(blocks ? "kv.block" : "kv.get")(\(key)\(suffix))"
        case .list(let prefix): "kv.list(\(prefix)\(suffix))"
        case .service(let query): query.id(suffix)
        case .services: optional("catalog.services", suffix)
        case .nodes: optional("catalog.nodes", suffix)
        case .node(let name): optional("catalog.node", name + suffix)
        case .datacenters: "catalog.datacenters"
        case .file(let path): "file(\(path))"
        case .foreign(_, let function, let path): optional(function, path + suffix)
        }
    }
}
