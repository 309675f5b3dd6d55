internal import Yams

/// Turns the text of a YAML or JSON file into keys and values.
///
/// Maps are path segments: keys on the way down are joined with `/`, and a key may hold slashes itself, so that these say
/// the same:
///
///     services/web-80/h1:c1:80: 10.0.0.5:80
///
///     services:
///       web-80:
///         h1:c1:80: 10.0.0.5:80
///
/// - A scalar is a value, as it is written (`007` stays `007`); `!!binary` is base64. `~`, `null` or nothing is no key:
///   an empty value is `""`.
/// - A list is a value: its JSON text.
/// - A map is a value, its JSON text, where a route or an endpoint stands: one level below `routes/`, two below
///   `services/`, and anything deeper (``documentDepths``).
///
/// Refused, with line and column: a key twice, in whatever form; keys that are no scalars; merge keys (`<<`) in documents;
/// aliases that multiply (more nodes than ten times the octets of the file). A file without any document is refused too,
/// since an editor or a broken copy leaves such: `{}` says that there are no keys.
struct FileReader {
    /// How many levels below a prefix a map stops being path segments and becomes a value.
    static let documentDepths: [(prefix: String, depth: Int)] = [("routes", 1), ("services", 2)]

    private let path: String
    private var values: [String: FileValue] = [:]
    /// The nodes that may still be visited: a node takes an octet at least, so only aliases can use this up.
    private var nodesLeft: Int

    /// The keys and values in `octets`; `path` is for errors.
    ///
    /// Throws ``KeyValueError/Kind/unavailable`` with `path:line:column`.
    static func read(_ octets: [UInt8], path: String) throws(KeyValueError) -> [String: FileValue] {
        var reader = FileReader(path: path, nodesLeft: 10 * octets.count + 1000)
        guard var text = String(validating: octets, as: UTF8.self) else {
            throw reader.error(Self.lineOfBrokenText(octets), 1, "not UTF-8")
        }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        if path.hasSuffix(".json") { text = SurrogatePairs.joined(text) }
        guard let root = try reader.compose(text) else {
            throw reader.error(1, 1, "an empty file: write {} if there are to be no keys")
        }
        switch root {
        case .mapping(let mapping): try reader.readMap(mapping, below: "")
        case .scalar(let scalar) where isNull(scalar):
            throw reader.error(1, 1, "an empty file: write {} if there are to be no keys")
        default: throw reader.error(root.mark?.line ?? 1, root.mark?.column ?? 1, "not a map of keys and values")
        }
        return reader.values
    }

    private init(path: String, nodesLeft: Int) {
        self.path = path
        self.nodesLeft = nodesLeft
    }

    private func error(_ line: Int, _ column: Int, _ problem: String) -> KeyValueError {
        KeyValueError(.unavailable, "store: \(path):\(line):\(column): \(problem)")
    }

    private func error(_ mark: Mark?, _ problem: String) -> KeyValueError {
        error(mark?.line ?? 1, mark?.column ?? 1, problem)
    }

    // MARK: Text to nodes

    private func compose(_ text: String) throws(KeyValueError) -> Node? {
        do {
            return try Yams.compose(yaml: text)
        } catch let error as YamlError {
            switch error {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                throw self.error(mark.line, mark.column, problem)
            case .duplicatedKeysInMapping(let duplicates, let context):
                throw self.error(context.mark, "a key twice: \(duplicates.joined(separator: ", "))")
            case .reader(let problem, let offset, _, _):
                let before = text.unicodeScalars.prefix(offset ?? 0)
                throw self.error(1 + before.count(where: { $0 == "\n" }), 1, problem)
            default:
                throw self.error(1, 1, "not YAML (\(error))")
            }
        } catch {
            throw self.error(1, 1, "not YAML (\(error))")
        }
    }

    private static func lineOfBrokenText(_ octets: [UInt8]) -> Int {
        var line = 1
        for piece in octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard String(validating: piece, as: UTF8.self) != nil else { return line }
            line += 1
        }
        return line
    }

    // MARK: Nodes to keys

    private mutating func readMap(_ map: Node.Mapping, below prefix: String) throws(KeyValueError) {
        for (keyNode, node) in map {
            guard case .scalar(let name) = keyNode else {
                throw error(keyNode.mark, "a key that is no text: quote it")
            }
            let segment = name.string.hasPrefix("/") ? name.string.dropFirst() : name.string[...]
            guard !segment.isEmpty else { throw error(name.mark, "an empty key") }
            let key = prefix.isEmpty || prefix.hasSuffix("/") ? prefix + segment : "\(prefix)/\(segment)"
            try readValue(node, key: key, at: name.mark)
        }
    }

    private mutating func readValue(_ node: Node, key: String, at mark: Mark?) throws(KeyValueError) {
        try count(node)
        var value: FileValue
        switch node {
        case .scalar(let scalar):
            if Self.isNull(scalar) { return }
            value = FileValue(octets: try octets(scalar))
        case .mapping(let map):
            guard Self.isDocument(key) else { return try readMap(map, below: key) }
            value = FileValue(octets: Array(try json(node).utf8), isDocument: true)
        case .sequence:
            value = FileValue(octets: Array(try json(node).utf8), isDocument: true)
        case .alias:
            throw error(node.mark, "an alias of nothing")
        }
        guard values.updateValue(value, forKey: key) == nil else { throw error(mark, "a key twice: \(key)") }
    }

    private mutating func count(_ node: Node) throws(KeyValueError) {
        nodesLeft -= 1
        guard nodesLeft > 0 else { throw error(node.mark, "aliases that multiply: write out what they stand for") }
    }

    private static func isDocument(_ key: String) -> Bool {
        let segments = key.split(separator: "/")
        return documentDepths.contains { rule in
            segments.first.map(String.init) == rule.prefix && segments.count > rule.depth
        }
    }

    private func octets(_ scalar: Node.Scalar) throws(KeyValueError) -> [UInt8] {
        guard scalar.tag == Tag(.binary) else { return Array(scalar.string.utf8) }
        let text = scalar.string.utf8.filter { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        guard let octets = Base64.decode(Array(text).span) else {
            throw error(scalar.mark, "!!binary that is not base64")
        }
        return octets
    }

    // MARK: Documents

    /// The JSON text of a node: numbers and truth values as such where YAML 1.2 and JSON agree, all else as text.
    private mutating func json(_ node: Node) throws(KeyValueError) -> String {
        try count(node)
        switch node {
        case .scalar(let scalar):
            return Self.isNull(scalar)
                ? "null" : Self.isBare(scalar) ? scalar.string.lowercased() : JSONText.quoted(scalar.string)
        case .sequence(let sequence):
            var parts: [String] = []
            for element in sequence { parts.append(try json(element)) }
            return "[\(parts.joined(separator: ", "))]"
        case .mapping(let map):
            var parts: [String] = []
            for (keyNode, value) in map {
                guard case .scalar(let name) = keyNode else {
                    throw error(keyNode.mark, "a key that is no text: quote it")
                }
                guard name.string != "<<" || name.style != .plain else {
                    throw error(name.mark, "a merge key (<<): write its members out")
                }
                parts.append("\(JSONText.quoted(name.string)): \(try json(value))")
            }
            return "{\(parts.joined(separator: ", "))}"
        case .alias:
            throw error(node.mark, "an alias of nothing")
        }
    }

    private static func isNull(_ scalar: Node.Scalar) -> Bool {
        isPlain(scalar) && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    private static func isBare(_ scalar: Node.Scalar) -> Bool {
        guard isPlain(scalar) else { return false }
        return ["true", "True", "TRUE", "false", "False", "FALSE"].contains(scalar.string)
            || JSONText.isNumber(scalar.string)
    }

    private static func isPlain(_ scalar: Node.Scalar) -> Bool {
        (scalar.style == .plain || scalar.style == .any) && scalar.tag != Tag(.str) && scalar.tag != Tag(.binary)
    }
}
