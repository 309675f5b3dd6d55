/// Why a rule cannot be read, and what would be right.
struct RuleError: Error, Equatable {
    var reason: String
    /// It is a rule, but no route can say it.
    var isUnsayable = false
}

/// A rule as Traefik has them, taken apart: ``Host(`a`) && (PathPrefix(`/x`) || !Method(`GET`))``.
indirect enum RuleNode: Equatable {
    /// A matcher with its arguments.
    case matcher(name: String, arguments: [String])
    case and(RuleNode, RuleNode)
    case or(RuleNode, RuleNode)
    case not(RuleNode)
}

/// Reads rules: `!` binds closest, then `&&`, then `||`; texts stand in backticks or quotes.
struct RuleParser {
    /// The most octets of a rule.
    static let maximumCount = 8 << 10
    /// The most matchers of a rule.
    static let maximumMatchers = 256
    /// How deep parentheses and negations may go.
    static let maximumDepth = 32

    private enum Token: Equatable {
        case word(String)
        case text(String)
        case open, close, comma, and, or, not, end

        var name: String {
            switch self {
            case .word(let word): "\"\(word)\""
            case .text(let text): "`\(text)`"
            case .open: "("
            case .close: ")"
            case .comma: "a comma"
            case .and: "&&"
            case .or: "||"
            case .not: "!"
            case .end: "the rule's end"
            }
        }
    }

    private var tokens: [(token: Token, offset: Int)] = []
    private var position = 0
    private var matchers = 0

    /// What `rule` says.
    static func parse(_ rule: String) throws(RuleError) -> RuleNode {
        guard rule.utf8.count <= maximumCount else {
            throw RuleError(reason: "the rule has \(rule.utf8.count) octets: at most \(maximumCount) are read")
        }
        var parser = RuleParser()
        parser.tokens = try lex(rule)
        let node = try parser.alternatives(depth: 0)
        guard parser.next == .end else {
            throw parser.unexpected("&&, || or the end")
        }
        return node
    }

    // MARK: Words

    private static func lex(_ rule: String) throws(RuleError) -> [(token: Token, offset: Int)] {
        let scalars = Array(rule.unicodeScalars)
        var tokens: [(Token, Int)] = []
        var position = 0
        while position < scalars.count {
            let start = position
            let scalar = scalars[position]
            position += 1
            switch scalar {
            case " ", "\t", "\n", "\r": continue
            case "(": tokens.append((.open, start))
            case ")": tokens.append((.close, start))
            case ",": tokens.append((.comma, start))
            case "!": tokens.append((.not, start))
            case "&", "|":
                guard position < scalars.count, scalars[position] == scalar else {
                    throw RuleError(reason: "a single \(scalar) at character \(start + 1): write \(scalar)\(scalar)")
                }
                position += 1
                tokens.append((scalar == "&" ? .and : .or, start))
            case "`", "\"", "'":
                tokens.append((.text(try text(scalars, &position, quote: scalar)), start))
            case "a"..."z", "A"..."Z":
                while position < scalars.count, isWord(scalars[position]) { position += 1 }
                tokens.append((.word(string(scalars[start..<position])), start))
            default:
                throw RuleError(
                    reason: "\"\(scalar)\" at character \(start + 1) has no meaning there: "
                        + "a rule is such as Host(`shop.example.com`) && PathPrefix(`/api`)")
            }
        }
        tokens.append((.end, scalars.count))
        return tokens
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        String(String.UnicodeScalarView(scalars))
    }

    /// What stands between two quotes; in those that are no backticks a backslash takes the next one as it is.
    private static func text(
        _ scalars: [Unicode.Scalar], _ position: inout Int, quote: Unicode.Scalar
    ) throws(RuleError) -> String {
        let start = position
        var text = String.UnicodeScalarView()
        while position < scalars.count {
            let scalar = scalars[position]
            position += 1
            if scalar == quote { return String(text) }
            if scalar == "\\", quote != "`", position < scalars.count {
                if scalars[position] != quote, scalars[position] != "\\" { text.append(scalar) }
                text.append(scalars[position])
                position += 1
            } else {
                text.append(scalar)
            }
        }
        throw RuleError(reason: "the \(quote) at character \(start) is not closed: add a \(quote)")
    }

    // MARK: Sentences

    private var next: Token { position < tokens.count ? tokens[position].token : .end }

    private func unexpected(_ wanted: String) -> RuleError {
        let offset = position < tokens.count ? tokens[position].offset : 0
        return RuleError(reason: "\(next.name) at character \(offset + 1), where \(wanted) is expected")
    }

    private mutating func skip(_ token: Token, _ wanted: String) throws(RuleError) {
        guard next == token else { throw unexpected(wanted) }
        position += 1
    }

    private mutating func alternatives(depth: Int) throws(RuleError) -> RuleNode {
        var node = try conditions(depth: depth)
        while next == .or {
            position += 1
            node = .or(node, try conditions(depth: depth))
        }
        return node
    }

    private mutating func conditions(depth: Int) throws(RuleError) -> RuleNode {
        var node = try condition(depth: depth)
        while next == .and {
            position += 1
            node = .and(node, try condition(depth: depth))
        }
        return node
    }

    private mutating func condition(depth: Int) throws(RuleError) -> RuleNode {
        guard depth < Self.maximumDepth else {
            throw RuleError(reason: "the rule is nested too deeply: at most \(Self.maximumDepth) levels are read")
        }
        switch next {
        case .not:
            position += 1
            return .not(try condition(depth: depth + 1))
        case .open:
            position += 1
            let node = try alternatives(depth: depth + 1)
            try skip(.close, ") or another condition")
            return node
        case .word(let name):
            position += 1
            return try matcher(name)
        default: throw unexpected("a matcher such as Host(`shop.example.com`)")
        }
    }

    private mutating func matcher(_ name: String) throws(RuleError) -> RuleNode {
        matchers += 1
        guard matchers <= Self.maximumMatchers else {
            throw RuleError(reason: "the rule has more than \(Self.maximumMatchers) matchers: write fewer")
        }
        try skip(.open, "( after \(name)")
        var arguments: [String] = []
        while true {
            guard case .text(let text) = next else { throw unexpected("a text in backticks") }
            position += 1
            arguments.append(text)
            guard next == .comma else { break }
            position += 1
        }
        try skip(.close, ") or a comma")
        return .matcher(name: name, arguments: arguments)
    }
}
