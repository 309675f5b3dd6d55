extension Parser {
    /// A pipeline up to `end`, which is read too; whether it sets variables.
    mutating func parsePipeline(
        _ context: String, upTo end: Token.Kind
    ) throws(TemplateError) -> (pipeline: NodeIndex, sets: Bool) {
        let position = peekNonSpace().start
        let (variables, isAssignment) = try parseVariables(context)
        var commands: [NodeIndex] = []
        while true {
            let token = nextNonSpace()
            switch token.kind {
            case end:
                try check(commands, context)
                let node = Node.pipeline(
                    commands: add(children: commands), variables: add(names: variables), isAssignment: isAssignment)
                return (add(node, at: position), !variables.isEmpty)
            case .bool, .characterConstant, .complex, .dot, .field, .identifier, .number, .null, .rawString, .string,
                .variable, .leftParenthesis:
                backUp()
                commands.append(try parseCommand())
                if commands.count > limits.pipelineCommands { throw error("pipeline too long") }
            default: throw unexpected(token, in: context)
            }
        }
    }

    /// The variables before `:=` or `=`, if that is what the pipeline begins with.
    private mutating func parseVariables(_ context: String) throws(TemplateError) -> ([Int32], isAssignment: Bool) {
        var variables: [Int32] = []
        while true {
            let variable = peekNonSpace()
            guard variable.kind == .variable else { return (variables, false) }
            _ = next()
            // Blanks are tokens: to know what "$x foo" means, "foo" must be seen, and all be put back.
            let after = peek()
            let following = peekNonSpace()
            switch following.kind {
            case .assign, .declare:
                _ = nextNonSpace()
                variables.append(declare(variable.octets))
                return (variables, following.kind == .assign)
            case .char where following.octets == [0x2C]:
                _ = nextNonSpace()
                variables.append(declare(variable.octets))
                guard context == "range", variables.count < 2 else {
                    throw error("too many declarations in \(context)")
                }
                switch peekNonSpace().kind {
                case .variable, .rightDelimiter, .rightParenthesis: continue
                default: throw error("range can only initialize variables")
                }
            default:
                if after.kind == .space { backUp(with: variable, after) } else { backUp(with: variable) }
                return (variables, false)
            }
        }
    }

    private func check(_ commands: [NodeIndex], _ context: String) throws(TemplateError) {
        if commands.isEmpty { throw error("missing value for \(context)") }
        for (index, command) in commands.enumerated().dropFirst() {
            guard case .command(let operands) = rows.nodes[Int(command)] else { continue }
            switch rows.nodes[Int(rows.children[Int(operands.start)])] {
            case .bool, .dot, .null, .number, .string:
                throw error("non executable command in pipeline stage \(index + 1)")
            default: break
            }
        }
    }

    /// Operands with blanks between them, up to a pipe, which is read too, or what closes the pipeline.
    private mutating func parseCommand() throws(TemplateError) -> NodeIndex {
        let position = peekNonSpace().start
        var operands: [NodeIndex] = []
        while true {
            _ = peekNonSpace()
            if let operand = try parseOperand() { operands.append(operand) }
            let token = next()
            switch token.kind {
            case .space: continue
            case .rightDelimiter, .rightParenthesis: backUp()
            case .pipe: break
            default: throw unexpected(token, in: "operand")
            }
            break
        }
        if operands.isEmpty { throw error("empty command") }
        return add(.command(operands: add(children: operands)), at: position)
    }

    /// A term and the names of fields after it; nil when there is none.
    private mutating func parseOperand() throws(TemplateError) -> NodeIndex? {
        guard let term = try parseTerm() else { return nil }
        let first = peek()
        guard first.kind == .field else { return term }
        var names: [Int32] = []
        while peek().kind == .field { names.append(intern(Array(next().octets.dropFirst()))) }
        switch rows.nodes[Int(term)] {
        case .field(let before):
            let all = before.indices.map { rows.nameLists[$0] } + names
            return add(.field(names: add(names: all)), at: first.start)
        case .variable(let name, let before):
            let all = before.indices.map { rows.nameLists[$0] } + names
            return add(.variable(name: name, fields: add(names: all)), at: first.start)
        case .bool, .string, .number, .null, .dot:
            throw error("unexpected . after term \(quotedText(of: term))")
        default: return add(.chain(base: term, names: add(names: names)), at: first.start)
        }
    }

    private func quotedText(of node: NodeIndex) -> String {
        let tree = SyntaxTree(name: name, source: source, rows: rows, definitions: [])
        return String(decoding: Quoting.quote(tree.text(of: node)), as: UTF8.self)
    }

    private mutating func parseTerm() throws(TemplateError) -> NodeIndex? {
        let token = nextNonSpace()
        switch token.kind {
        case .identifier: return add(.function(try functionIndex(token)), at: token.start)
        case .dot: return add(.dot, at: token.start)
        case .null: return add(.null, at: token.start)
        case .variable:
            guard scope.variables[token.octets, default: 0] > 0 else {
                throw error("undefined variable \(token.quoted)")
            }
            return add(.variable(name: intern(token.octets), fields: .empty), at: token.start)
        case .field:
            return add(.field(names: add(names: [intern(Array(token.octets.dropFirst()))])), at: token.start)
        case .bool: return add(.bool(token.octets.first == 0x74), at: token.start)
        case .characterConstant, .complex, .number: return try parseNumber(token)
        case .leftParenthesis:
            guard scope.parenthesisDepth < limits.expressionDepth else {
                throw error("max expression depth exceeded", cause: .limit)
            }
            scope.parenthesisDepth += 1
            let (pipeline, _) = try parsePipeline("parenthesized pipeline", upTo: .rightParenthesis)
            scope.parenthesisDepth -= 1
            return pipeline
        case .string, .rawString:
            guard let value = StringLiteral.unquote(token.octets) else { throw error("invalid syntax") }
            return add(.string(add(constant: token, value: value)), at: token.start)
        default:
            backUp()
            return nil
        }
    }

    private mutating func parseNumber(_ token: Token) throws(TemplateError) -> NodeIndex {
        let form: NumberLiteral.Form =
            switch token.kind {
            case .characterConstant: .character
            case .complex: .complex
            default: .plain
            }
        do throws(NumberLiteral.Problem) {
            rows.numbers.append(try NumberLiteral(token.octets, form: form))
        } catch {
            throw self.error(error.message)
        }
        return add(.number(Int32(rows.numbers.count - 1)), at: token.start)
    }

    private mutating func functionIndex(_ token: Token) throws(TemplateError) -> Int32 {
        let name = token.text
        guard functions.contains(name) || Builtin(rawValue: name) != nil else {
            throw error("function \(token.quoted) not defined")
        }
        if let index = functionIndices[name] { return index }
        let index = Int32(rows.functions.count)
        rows.functions.append(name)
        functionIndices[name] = index
        return index
    }

    private mutating func declare(_ name: [UInt8]) -> Int32 {
        scope.variables[name, default: 0] += 1
        scope.declared.append(name)
        return intern(name)
    }

    /// Forgets the variables declared after the first `count`.
    mutating func undeclare(downTo count: Int) {
        while scope.declared.count > count {
            scope.variables[scope.declared.removeLast(), default: 1] -= 1
        }
    }
}

extension Token {
    /// The octets between quotes.
    fileprivate var quoted: String { String(decoding: Quoting.quote(octets), as: UTF8.self) }
}
