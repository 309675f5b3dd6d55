internal import Yams

/// One node of a YAML or JSON document with its place: plain values, whatever read them.
public struct DocumentNode: Sendable {
    /// What a node holds.
    public enum Content: Sendable {
        /// Nothing, `~` or `null`.
        case null
        /// Text; quoted text is never a number or a boolean.
        case scalar(String, isQuoted: Bool)
        /// A list.
        case sequence([DocumentNode])
        /// Keys and values in the document's order.
        case mapping([DocumentField])
    }

    /// What it holds.
    public var content: Content
    /// From 1.
    public var line: Int
    /// From 1.
    public var column: Int

    /// Deeper documents are refused: none that is meant for us is.
    public static let maximumDepth = 16
    /// Documents with more nodes, aliases counted as often as they are used, are refused.
    public static let maximumNodes = 200_000
    /// A document with more brackets or list marks open at once is not even given to the parser.
    private static let maximumNesting = 64
    /// A document that uses more aliases is not given to the parser either.
    private static let maximumAliases = 16

    /// The text of a scalar, nil if it is none.
    public var scalar: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// Reads the one document of `text`; an empty document is `null`.
    ///
    /// - Parameter source: the file's name or the key, for errors.
    public static func parse(_ text: String, source: String) throws(DocumentError) -> DocumentNode {
        if let excess = excess(in: text) {
            throw DocumentError(source: source, line: excess.line, column: excess.column, message: excess.what)
        }
        let root: Node?
        do {
            root = try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch {
            throw DocumentError(error, source: source)
        }
        guard let root else { return DocumentNode(content: .null, line: 1, column: 1) }
        var budget = maximumNodes
        return try DocumentNode(root, source: source, depth: 0, budget: &budget)
    }

    /// A node that no text stands for, or one whose place is known.
    init(content: Content, line: Int = 0, column: Int = 0) {
        self.content = content
        self.line = line
        self.column = column
    }

    private init(_ node: Node, source: String, depth: Int, budget: inout Int) throws(DocumentError) {
        line = node.mark?.line ?? 1
        column = node.mark?.column ?? 1
        budget -= 1
        guard depth < Self.maximumDepth, budget > 0 else {
            let limit =
                budget > 0
                ? "nested too deeply: at most \(Self.maximumDepth) levels are read"
                : "too large: at most \(Self.maximumNodes) values are read, aliases counted as often as they are used"
            throw DocumentError(source: source, line: line, column: column, message: limit)
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            let isNull = isPlain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
            content = isNull ? .null : .scalar(scalar.string, isQuoted: !isPlain)
        case .sequence(let sequence):
            var items: [DocumentNode] = []
            for item in sequence {
                items.append(try DocumentNode(item, source: source, depth: depth + 1, budget: &budget))
            }
            content = .sequence(items)
        case .mapping(let mapping):
            var fields: [DocumentField] = []
            for (key, value) in mapping {
                let place = DocumentNode(
                    content: .null, line: key.mark?.line ?? line, column: key.mark?.column ?? column)
                guard case .scalar(let name) = key else {
                    throw DocumentError(
                        source: source, line: place.line, column: place.column,
                        message: "a key is no plain text: keys are words followed by a colon")
                }
                let node = try DocumentNode(value, source: source, depth: depth + 1, budget: &budget)
                fields.append(DocumentField(name: name.string, place: place, value: node))
            }
            content = .mapping(fields)
        case .alias:
            throw DocumentError(source: source, line: line, column: column, message: "an alias that names nothing")
        }
    }

    /// Where `text` opens more levels or uses more aliases than any document of ours, in quotes and comments too: the
    /// parser recurses and hashes what aliases expand to, and neither is for strangers to fill.
    private static func excess(in text: String) -> (line: Int, column: Int, what: String)? {
        var line = 1
        var column = 0
        var brackets = 0
        var indicators = 0
        var aliases = 0
        var previous = UInt8(ascii: "\n")
        for octet in text.utf8 {
            column += 1
            switch octet {
            case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
            case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"): break
            case UInt8(ascii: " "), UInt8(ascii: "\t"):
                if [UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":")].contains(previous) { indicators += 1 }
            case UInt8(ascii: "\n"):
                line += 1
                column = 0
                indicators = 0
            default:
                let isWord = octet | 0x20 >= UInt8(ascii: "a") && octet | 0x20 <= UInt8(ascii: "z")
                if previous == UInt8(ascii: "*"), isWord { aliases += 1 }
            }
            if brackets > maximumNesting || indicators > maximumNesting {
                return (line, column, "nested too deeply: at most \(maximumDepth) levels are read")
            }
            if aliases > maximumAliases {
                return (line, column, "too many aliases: at most \(maximumAliases) are read")
            }
            previous = octet
        }
        return nil
    }
}

/// A key and its value.
public struct DocumentField: Sendable {
    /// The key.
    public var name: String
    /// Where the key stands.
    public var place: DocumentNode
    /// The value.
    public var value: DocumentNode
}

extension DocumentError {
    /// What the YAML parser says, in our words where they are clearer.
    init(_ error: any Error, source: String) {
        self.init(source: source, line: 1, column: 1, message: "not a YAML document")
        guard let error = error as? YamlError else { return }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            line = mark.line
            column = mark.column
            message = context.map { "\($0.text), but \(problem)" } ?? problem
        case .reader(let problem, let offset, _, let yaml):
            message = problem
            guard let offset else { return }
            let before = yaml.utf8.prefix(offset)
            line = before.count { $0 == UInt8(ascii: "\n") } + 1
            column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
        case .duplicatedKeysInMapping(let duplicates, let context):
            line = context.mark.line
            column = context.mark.column
            let names = duplicates.map { "\"\($0)\"" }.joined(separator: ", ")
            message = "\(names) is there twice: each key once"
        default: break
        }
    }
}
