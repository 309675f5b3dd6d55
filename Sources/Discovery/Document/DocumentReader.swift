public import Routing

/// Reads a document's nodes as what they should be, and collects every error on the way rather than the first only.
///
/// A member that is wrong reads as nil; whoever asked goes on with the rest. Used by one task at a time.
public final class DocumentReader {
    /// The file or key that errors name.
    public let source: String
    /// What was wrong so far, in the order of the document.
    public private(set) var errors: [DocumentError] = []
    /// Reads the file of passwords that a node names; nil where documents name none: the store's.
    public var passwordFile: ((DocumentNode) -> [PasswordEntry]?)?

    /// A reader for errors in `source`.
    public init(source: String) {
        self.source = source
    }

    /// Notes an error at `node`.
    public func report(_ message: String, at node: DocumentNode) {
        errors.append(DocumentError(source: source, line: node.line, column: node.column, message: message))
    }

    /// Notes an error that was found elsewhere.
    public func report(_ error: DocumentError) {
        errors.append(error)
    }

    /// The members of a mapping by their keys.
    ///
    /// Unknown keys are errors that name the nearest known one; so are `later` ones, which this version knows of but
    /// does not act on. A `null` member is left out, as if it were not there.
    ///
    /// - Parameter what: what the mapping is, with its article: "a listener".
    public func fields(
        of node: DocumentNode, in what: String, keys: [String], later: [String] = []
    ) -> [String: DocumentNode] {
        guard case .mapping(let fields) = node.content else {
            if case .null = node.content { return [:] }
            report("\(what) is a mapping of keys and values: \(keys.joined(separator: ", "))", at: node)
            return [:]
        }
        var members: [String: DocumentNode] = [:]
        for field in fields {
            if keys.contains(field.name) {
                if case .null = field.value.content { continue }
                members[field.name] = field.value
            } else if later.contains(field.name) {
                report("\"\(field.name)\" in \(what) is not in this version yet: take it out", at: field.place)
            } else {
                let nearest = nearestName(to: field.name, among: keys + later)
                let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "known are \(keys.joined(separator: ", "))"
                report("unknown key \"\(field.name)\" in \(what): \(hint)", at: field.place)
            }
        }
        return members
    }

    /// The fields of a mapping whose keys are names of the author's own.
    public func namedFields(of node: DocumentNode, in what: String) -> [DocumentField] {
        guard case .mapping(let fields) = node.content else {
            if case .null = node.content { return [] }
            report("\(what) is a mapping of names to what they stand for", at: node)
            return []
        }
        return fields
    }

    /// The items of a list.
    public func items(of node: DocumentNode, in what: String) -> [DocumentNode] {
        switch node.content {
        case .sequence(let items): return items
        case .null: return []
        case .scalar, .mapping:
            report("\(what) is a list: [one, two]", at: node)
            return []
        }
    }
}
