internal import Yams

/// Reads YAML into the same tree as HCL and JSON: a mapping is a block, a list of mappings is a block repeated.
///
/// Words without quotes are `null`, booleans and numbers where YAML 1.2 has them so; all else is text.
enum YAMLReader {
    /// More brackets or list marks open at once are not given to the parser, which recurses.
    private static let nesting = 64
    /// Nor are more aliases: what they expand to is hashed by the parser.
    private static let aliases = 64

    /// The mapping that `text` holds; of an empty document, one without fields.
    static func parse(_ text: String, source: String) throws(ConfigurationError) -> ConfigurationNode {
        try refuseExcess(in: text, source: source)
        let root: Node?
        do {
            root = try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch {
            throw ConfigurationError(yaml: error, source: source)
        }
        let start = SourcePlace(source: source, line: 1, column: 1)
        guard let root else { return ConfigurationNode(.object([]), at: start) }
        var budget = ConfigurationLimits.values
        let node = try node(root, source: source, depth: 0, budget: &budget)
        switch node.content {
        case .object: return node
        case .null: return ConfigurationNode(.object([]), at: start)
        default: throw ConfigurationError(node.place, "a configuration in YAML is a mapping of keys and values")
        }
    }

    private static func node(
        _ node: Node, source: String, depth: Int, budget: inout Int
    ) throws(ConfigurationError) -> ConfigurationNode {
        let place = place(node, source: source)
        budget -= 1
        guard budget >= 0 else {
            throw ConfigurationError(place, "too large: at most \(ConfigurationLimits.values) values are read")
        }
        guard depth <= ConfigurationLimits.depth else {
            throw ConfigurationError(place, "nested too deeply: at most \(ConfigurationLimits.depth) levels are read")
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            return ConfigurationNode(isPlain ? content(scalar.string) : .text(scalar.string), at: place)
        case .sequence(let sequence):
            var items: [ConfigurationNode] = []
            for item in sequence {
                items.append(try Self.node(item, source: source, depth: depth + 1, budget: &budget))
            }
            return ConfigurationNode(.list(items), at: place)
        case .mapping(let mapping):
            var fields: [ConfigurationField] = []
            for (key, value) in mapping {
                let keyPlace = Self.place(key, source: source)
                guard case .scalar(let name) = key else {
                    throw ConfigurationError(keyPlace, "a key is no plain text: keys are words followed by a colon")
                }
                let value = try Self.node(value, source: source, depth: depth + 1, budget: &budget)
                fields.append(ConfigurationField(name: name.string, place: keyPlace, value: value))
            }
            return ConfigurationNode(.object(fields), at: place)
        case .alias:
            throw ConfigurationError(place, "an alias that names nothing")
        }
    }

    private static func place(_ node: Node, source: String) -> SourcePlace {
        SourcePlace(source: source, line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    }

    /// What a word without quotes is.
    private static func content(_ word: String) -> ConfigurationNode.Content {
        switch word {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .boolean(true)
        case "false", "False", "FALSE": return .boolean(false)
        default: break
        }
        let digits = word.hasPrefix("-") || word.hasPrefix("+") ? word.dropFirst() : word[...]
        let isNumeric = digits.first.map { $0.isASCII && ($0.isNumber || $0 == ".") } ?? false
        let isWhole = digits.hasPrefix("0x") || digits.hasPrefix("0o")
        if isNumeric, Double(word) != nil || isWhole && Int(digits.dropFirst(2), radix: 16) != nil {
            return .number(word)
        }
        return .text(word)
    }

    /// Refuses texts with more levels or aliases than any of ours, in quotes and comments too.
    private static func refuseExcess(in text: String, source: String) throws(ConfigurationError) {
        var place = SourcePlace(source: source, line: 1, column: 0)
        var brackets = 0
        var indicators = 0
        var stars = 0
        var previous: Unicode.Scalar = "\n"
        for scalar in text.unicodeScalars {
            place.column += 1
            switch scalar {
            case "[", "{": brackets += 1
            case "]", "}": brackets = max(0, brackets - 1)
            case " ", "\t":
                if previous == "-" || previous == "?" || previous == ":" { indicators += 1 }
            case "\n":
                place.line += 1
                place.column = 0
                indicators = 0
            default:
                if previous == "*", HCLScanner.isLetter(scalar) || HCLScanner.isDigit(scalar) { stars += 1 }
            }
            if brackets > nesting || indicators > nesting {
                throw ConfigurationError(
                    place, "nested too deeply: at most \(ConfigurationLimits.depth) levels are read")
            }
            if stars > aliases { throw ConfigurationError(place, "too many aliases: at most \(aliases) are read") }
            previous = scalar
        }
    }
}

extension ConfigurationError {
    /// What the YAML parser says.
    fileprivate init(yaml error: any Error, source: String) {
        var place = SourcePlace(source: source, line: 1, column: 1)
        var message = "not a YAML document"
        switch error as? YamlError {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            (place.line, place.column) = (mark.line, mark.column)
            message = context.map { "\($0.text), but \(problem)" } ?? problem
        case .reader(let problem, let offset, _, let yaml):
            message = problem
            if let offset {
                let before = yaml.utf8.prefix(offset)
                place.line = before.count { $0 == UInt8(ascii: "\n") } + 1
                place.column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
            }
        case .duplicatedKeysInMapping(let duplicates, let context):
            (place.line, place.column) = (context.mark.line, context.mark.column)
            message = "\(duplicates.map { "\"\($0)\"" }.joined(separator: ", ")) is there twice: each key once"
        default: break
        }
        self.init(place, message)
    }
}
