/// Reads a template's text into a tree.
///
/// Blocks that are open stand on a stack of its own, so that no nesting in a template deepens the program's.
struct Parser {
    /// What a template of the text is read into, and the tokens that were looked at ahead.
    ///
    /// A `define` or `block` begins with neither tokens nor variables.
    struct Scope {
        var definition: Int
        var tokens: [Token]
        var lookahead = 0
        /// How many declarations of each variable are in force.
        var variables: [[UInt8]: Int] = [[0x24]: 1]
        /// The variables in the order of their declarations.
        var declared: [[UInt8]] = []
        var rangeDepth = 0
        var parenthesisDepth = 0
        /// The line of the action at hand; 0 outside of any.
        var actionLine = 0
        /// Whether there was nothing but blanks so far.
        var isEmpty = true
    }

    /// A block that waits for its end.
    struct Block {
        enum Kind {
            case define, block, `if`, with, range
        }
        var kind: Kind
        /// Whether it came as `else if` or `else with`: one end closes it and the block around it.
        var isChained = false
        var isInElse = false
        /// How many variables were declared before it.
        var declaredCount = 0
        /// The instruction that opened it.
        var open = 0
        /// Jumps to the end that wait to be told where it is.
        var exits: [Int] = []
        /// `break`s and `continue`s of a range.
        var breaks: [Int] = []
        var continues: [Int] = []
        /// The call that a `block` leaves in the template around it.
        var call: NodeIndex = -1
    }

    let name: [UInt8]
    let source: [UInt8]
    let functions: FunctionTable
    let limits: TemplateLimits
    var lexer: Lexer
    var rows = SyntaxTree.Rows()
    var definitions: [SyntaxTree.Definition] = []
    var emptiness: [Bool] = []
    var scope: Scope
    var outerScopes: [Scope] = []
    var blocks: [Block] = []
    var nameIndices: [[UInt8]: Int32] = [:]
    var functionIndices: [String: Int32] = [:]

    init(
        name: [UInt8], source: [UInt8], delimiters: Delimiters, functions: FunctionTable, limits: TemplateLimits
    ) {
        self.name = name
        self.source = source
        self.functions = functions
        self.limits = limits
        lexer = Lexer(
            source, delimiters: delimiters, hasBreak: !functions.contains("break"),
            hasContinue: !functions.contains("continue"))
        definitions = [SyntaxTree.Definition(name: name, code: [])]
        scope = Scope(definition: 0, tokens: Self.noTokens)
        // The data itself is the first of all names.
        _ = intern([0x24])
    }

    static let noTokens = [Token](repeating: Token(kind: .error, start: 0, octets: [], line: 0), count: 3)

    /// The tree of the whole text.
    mutating func parse() throws(TemplateError) -> SyntaxTree {
        while true {
            let isOutermost = blocks.isEmpty
            let token = isOutermost ? peek() : peekNonSpace()
            if token.kind == .end {
                if isOutermost { break }
                throw error("unexpected EOF")
            }
            if isOutermost && token.kind == .leftDelimiter {
                let delimiter = next()
                if nextNonSpace().kind == .define {
                    try openDefinition()
                    continue
                }
                backUp(with: delimiter)
            }
            try parseTextOrAction()
        }
        emit(.finish)
        try add(scope)
        return SyntaxTree(name: name, source: source, rows: rows, definitions: chosen)
    }

    // MARK: - Tokens

    mutating func next() -> Token {
        if scope.lookahead > 0 {
            scope.lookahead -= 1
        } else {
            scope.tokens[0] = lexer.next()
        }
        return scope.tokens[scope.lookahead]
    }

    mutating func backUp() { scope.lookahead += 1 }

    mutating func backUp(with first: Token) {
        scope.tokens[1] = first
        scope.lookahead = 2
    }

    mutating func backUp(with first: Token, _ second: Token) {
        scope.tokens[1] = second
        scope.tokens[2] = first
        scope.lookahead = 3
    }

    mutating func peek() -> Token {
        if scope.lookahead > 0 { return scope.tokens[scope.lookahead - 1] }
        scope.lookahead = 1
        scope.tokens[0] = lexer.next()
        return scope.tokens[0]
    }

    mutating func nextNonSpace() -> Token {
        while true {
            let token = next()
            if token.kind != .space { return token }
        }
    }

    mutating func peekNonSpace() -> Token {
        let token = nextNonSpace()
        backUp()
        return token
    }

    mutating func expect(_ kind: Token.Kind, in context: String) throws(TemplateError) {
        let token = nextNonSpace()
        if token.kind != kind { throw unexpected(token, in: context) }
    }

    // MARK: - Errors

    /// An error in the line of the token read last.
    func error(_ reason: String, cause: TemplateError.Cause = .syntax) -> TemplateError {
        .syntax(reason, name: name, line: scope.tokens[0].line, cause: cause)
    }

    func unexpected(_ token: Token, in context: String) -> TemplateError {
        guard token.kind == .error else { return error("unexpected \(token.description) in \(context)") }
        var extra = ""
        if scope.actionLine != 0 && scope.actionLine != token.line {
            let start = "started at \(String(decoding: name, as: UTF8.self)):\(scope.actionLine)"
            extra = token.text.hasSuffix(" action") ? " \(start)" : " in action \(start)"
        }
        return error(token.text + extra)
    }

    // MARK: - Code

    var code: [Instruction] {
        get { definitions[scope.definition].code }
        _modify { yield &definitions[scope.definition].code }
    }

    mutating func emit(_ instruction: Instruction) { code.append(instruction) }

    mutating func add(_ node: Node, at position: Int) -> NodeIndex {
        rows.nodes.append(node)
        rows.positions.append(Int32(position))
        return NodeIndex(rows.nodes.count - 1)
    }

    mutating func intern(_ name: [UInt8]) -> Int32 {
        if let index = nameIndices[name] { return index }
        let index = Int32(rows.names.count)
        rows.names.append(name)
        nameIndices[name] = index
        return index
    }

    mutating func add(names: [Int32]) -> Span32 {
        let span = Span32(start: Int32(rows.nameLists.count), count: Int32(names.count))
        rows.nameLists += names
        return span
    }

    mutating func add(children: [NodeIndex]) -> Span32 {
        let span = Span32(start: Int32(rows.children.count), count: Int32(children.count))
        rows.children += children
        return span
    }

    // MARK: - Definitions

    /// Notes that the template of `scope` is complete.
    ///
    /// Of two with one name, one must be empty, and the other holds.
    mutating func add(_ scope: Scope) throws(TemplateError) {
        let index = scope.definition
        while emptiness.count < definitions.count { emptiness.append(true) }
        emptiness[index] = scope.isEmpty
        let name = definitions[index].name
        guard let other = holding[name] else {
            holding[name] = index
            return
        }
        if emptiness[other] {
            holding[name] = index
        } else if !scope.isEmpty {
            let quoted = String(decoding: Quoting.quote(name), as: UTF8.self)
            throw TemplateError.syntax(
                "template: multiple definition of template \(quoted)", name: self.name, line: scope.tokens[0].line)
        }
    }

    /// Which definition holds for each name.
    var holding: [[UInt8]: Int] = [:]

    /// The definitions that hold.
    ///
    /// A name that is the text's own is found whichever of the two it is.
    var chosen: [SyntaxTree.Definition] {
        definitions.indices.compactMap { holding[definitions[$0].name] == $0 ? definitions[$0] : nil }
    }
}
