/// Reads HCL 1, as far as data goes: blocks, assignments, lists and texts.
///
/// `name { ... }`, `name "label" { ... }` (the same as a block in a block), `name = value`. A value is a text, a number,
/// `true`, `false`, a list or an object. Commas are needed between the items of a list, may follow each item of an
/// object, and may stand behind the last one.
struct HCLParser {
    private var scanner: HCLScanner
    private var token: HCLToken
    private var values = 0

    /// The object that `text` holds.
    static func parse(_ text: String, source: String) throws(ConfigurationError) -> ConfigurationNode {
        var parser = try HCLParser(text, source: source)
        let start = SourcePlace(source: source, line: 1, column: 1)
        let fields = try parser.fields(depth: 0)
        guard parser.token.kind == .end else {
            throw ConfigurationError(parser.token.place, "\(parser.token.kind) closes nothing here")
        }
        return ConfigurationNode(.object(fields), at: start)
    }

    private init(_ text: String, source: String) throws(ConfigurationError) {
        scanner = HCLScanner(text, source: source)
        token = try scanner.next()
    }

    private mutating func advance() throws(ConfigurationError) {
        token = try scanner.next()
    }

    /// Fields up to a brace that closes them, or the end.
    private mutating func fields(depth: Int) throws(ConfigurationError) -> [ConfigurationField] {
        var fields: [ConfigurationField] = []
        while token.kind != .rightBrace, token.kind != .end {
            fields.append(try field(depth: depth))
            if token.kind == .comma { try advance() }
        }
        return fields
    }

    private mutating func field(depth: Int) throws(ConfigurationError) -> ConfigurationField {
        var names = [(try name(), token.place)]
        while true {
            try advance()
            switch token.kind {
            case .assign where names.count == 1:
                try advance()
                return ConfigurationField(name: names[0].0, place: names[0].1, value: try value(depth: depth + 1))
            case .assign:
                throw ConfigurationError(token.place, "a block with a label is followed by { and not by =")
            case .leftBrace:
                return try block(names, depth: depth)
            case .identifier, .text:
                names.append((try name(), token.place))
            default:
                throw ConfigurationError(
                    token.place, "\(names[0].0) is followed by \(token.kind): write = and a value, or {")
            }
        }
    }

    /// The name that comes next.
    private func name() throws(ConfigurationError) -> String {
        switch token.kind {
        case .identifier(let name), .text(let name): return name
        default: throw ConfigurationError(token.place, "\(token.kind) is no key: keys are words, or in double quotes")
        }
    }

    /// A block of several names is blocks inside one another.
    private mutating func block(
        _ names: [(String, SourcePlace)], depth: Int
    ) throws(ConfigurationError) -> ConfigurationField {
        guard depth + names.count <= ConfigurationLimits.depth else { throw tooDeep() }
        var node = try object(depth: depth + names.count)
        for (name, place) in names.dropFirst().reversed() {
            try count()
            node = ConfigurationNode(.object([ConfigurationField(name: name, place: place, value: node)]), at: place)
        }
        return ConfigurationField(name: names[0].0, place: names[0].1, value: node)
    }

    private mutating func object(depth: Int) throws(ConfigurationError) -> ConfigurationNode {
        try count()
        let place = token.place
        guard depth <= ConfigurationLimits.depth else { throw tooDeep() }
        try advance()
        let fields = try fields(depth: depth)
        guard token.kind == .rightBrace else { throw ConfigurationError(place, "the { is not closed: add }") }
        try advance()
        return ConfigurationNode(.object(fields), at: place)
    }

    private mutating func value(depth: Int) throws(ConfigurationError) -> ConfigurationNode {
        let place = token.place
        let content: ConfigurationNode.Content
        switch token.kind {
        case .leftBrace: return try object(depth: depth)
        case .leftBracket: return try list(depth: depth)
        case .text(let text): content = .text(text)
        case .number(let text): content = .number(text)
        case .boolean(let value): content = .boolean(value)
        case .identifier(let name):
            throw ConfigurationError(place, "\(name) is no value: texts stand in double quotes: \"\(name)\"")
        default:
            throw ConfigurationError(
                place, "\(token.kind) is no value: a text in double quotes, a number, true or false is")
        }
        try count()
        try advance()
        return ConfigurationNode(content, at: place)
    }

    private mutating func list(depth: Int) throws(ConfigurationError) -> ConfigurationNode {
        try count()
        let place = token.place
        guard depth <= ConfigurationLimits.depth else { throw tooDeep() }
        try advance()
        var items: [ConfigurationNode] = []
        while token.kind != .rightBracket {
            guard token.kind != .end else { throw ConfigurationError(place, "the [ is not closed: add ]") }
            items.append(try value(depth: depth + 1))
            if token.kind == .comma {
                try advance()
            } else if token.kind != .rightBracket, token.kind != .end {
                throw ConfigurationError(token.place, "\(token.kind) after an item of a list: a comma or ] is missing")
            }
        }
        try advance()
        return ConfigurationNode(.list(items), at: place)
    }

    private mutating func count() throws(ConfigurationError) {
        values += 1
        guard values <= ConfigurationLimits.values else {
            throw ConfigurationError(token.place, "too large: at most \(ConfigurationLimits.values) values are read")
        }
    }

    private func tooDeep() -> ConfigurationError {
        ConfigurationError(token.place, "nested too deeply: at most \(ConfigurationLimits.depth) levels are read")
    }
}
