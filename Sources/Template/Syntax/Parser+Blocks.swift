extension Parser {
    private static let defineContext = "define clause"
    private static let blockContext = "block clause"

    /// One text, or one action whatever it is.
    mutating func parseTextOrAction() throws(TemplateError) {
        let token = nextNonSpace()
        switch token.kind {
        case .text:
            if scope.isEmpty && !Self.isBlank(token.octets) { scope.isEmpty = false }
            emit(.text(start: Int32(token.start), end: Int32(token.start + token.octets.count)))
        case .leftDelimiter:
            scope.actionLine = token.line
            try parseAction()
        default: throw unexpected(token, in: "input")
        }
    }

    private static func isBlank(_ octets: [UInt8]) -> Bool {
        var index = 0
        while index < octets.count {
            let (rune, width) = Rune.decode(octets, at: index)
            guard Rune.isSpace(rune) else { return false }
            index += width
        }
        return true
    }

    private mutating func parseAction() throws(TemplateError) {
        let token = nextNonSpace()
        switch token.kind {
        case .endKeyword:
            try expect(.rightDelimiter, in: "end")
            scope.actionLine = 0
            return try closeBlocks()
        case .else:
            let following = peekNonSpace().kind
            if following != .if && following != .with { try expect(.rightDelimiter, in: "else") }
            scope.actionLine = 0
            return try turnToElse()
        default: break
        }
        scope.isEmpty = false
        switch token.kind {
        case .if: return try openControl(.if)
        case .with: return try openControl(.with)
        case .range: return try openControl(.range)
        case .block: return try openBlock()
        case .break, .continue: try parseLeave(token)
        case .template: try parseTemplateCall()
        default:
            backUp()
            let position = peek().start
            let (pipeline, sets) = try parsePipeline("command", upTo: .rightDelimiter)
            if sets {
                emit(.evaluate(pipeline: pipeline))
            } else {
                emit(.show(action: add(.action(pipeline: pipeline), at: position), pipeline: pipeline))
            }
        }
        scope.actionLine = 0
    }

    private mutating func parseLeave(_ word: Token) throws(TemplateError) {
        let text = "{{\(word.text)}}"
        let token = nextNonSpace()
        if token.kind != .rightDelimiter { throw unexpected(token, in: text) }
        guard scope.rangeDepth > 0, let range = blocks.lastIndex(where: { $0.kind == .range && !$0.isInElse }) else {
            throw error("\(text) outside {{range}}")
        }
        let scopes = Int32(blocks.count - 1 - range)
        if word.kind == .break {
            blocks[range].breaks.append(code.count)
            emit(.leaveRange(scopes: scopes, target: -1))
        } else {
            blocks[range].continues.append(code.count)
            emit(.nextInRange(scopes: scopes, target: -1))
        }
    }

    // MARK: - if, with, range

    private mutating func openControl(_ kind: Block.Kind, isChained: Bool = false) throws(TemplateError) {
        var block = Block(kind: kind, isChained: isChained, declaredCount: scope.declared.count)
        let context = kind == .if ? "if" : (kind == .with ? "with" : "range")
        let (pipeline, _) = try parsePipeline(context, upTo: .rightDelimiter)
        block.open = code.count
        switch kind {
        case .if: emit(.openIf(pipeline: pipeline, otherwise: -1))
        case .with: emit(.openWith(pipeline: pipeline, otherwise: -1))
        default:
            emit(.openRange(pipeline: pipeline, otherwise: -1))
            scope.rangeDepth += 1
        }
        blocks.append(block)
    }

    /// Ends the part of `block` before its else, or all of it when there is none; what is skipped goes on `here`.
    private mutating func endBody(_ block: inout Block, hasElse: Bool) {
        if block.kind == .range {
            scope.rangeDepth -= 1
            for index in block.continues {
                guard case .nextInRange(let scopes, _) = code[index] else { continue }
                code[index] = .nextInRange(scopes: scopes, target: Int32(code.count))
            }
            emit(.next(body: Int32(block.open + 1)))
        }
        if hasElse {
            block.exits.append(code.count)
            emit(.jump(-1))
        }
        let here = Int32(code.count)
        switch code[block.open] {
        case .openIf(let pipeline, _): code[block.open] = .openIf(pipeline: pipeline, otherwise: here)
        case .openWith(let pipeline, _): code[block.open] = .openWith(pipeline: pipeline, otherwise: here)
        case .openRange(let pipeline, _): code[block.open] = .openRange(pipeline: pipeline, otherwise: here)
        default: break
        }
    }

    private mutating func turnToElse() throws(TemplateError) {
        guard var block = blocks.popLast() else { throw error("unexpected {{else}}") }
        switch block.kind {
        case .define: throw error("unexpected {{else}} in \(Self.defineContext)")
        case .block:
            // The line is the one that the surrounding template has come to.
            scope = outerScopes.removeLast()
            throw error("unexpected {{else}} in \(Self.blockContext)")
        default: break
        }
        if block.isInElse { throw error("expected end; found {{else}}") }
        endBody(&block, hasElse: true)
        block.isInElse = true
        blocks.append(block)
        let following = peek().kind
        if (block.kind == .if && following == .if) || (block.kind == .with && following == .with) {
            _ = next()
            try openControl(block.kind, isChained: true)
        }
    }

    /// Closes the innermost block, and those around it that it was an `else if` of.
    private mutating func closeBlocks() throws(TemplateError) {
        while true {
            guard var block = blocks.popLast() else { throw error("unexpected {{end}}") }
            switch block.kind {
            case .define, .block: return try closeDefinition(block)
            default: break
            }
            if !block.isInElse { endBody(&block, hasElse: false) }
            let end = Int32(code.count)
            for index in block.exits { code[index] = .jump(end) }
            for index in block.breaks {
                guard case .leaveRange(let scopes, _) = code[index] else { continue }
                code[index] = .leaveRange(scopes: scopes, target: end)
            }
            emit(.close)
            undeclare(downTo: block.declaredCount)
            if !block.isChained { return }
        }
    }

    // MARK: - define, block, template

    /// `define` was read.
    mutating func openDefinition() throws(TemplateError) {
        openScope()
        let token = nextNonSpace()
        let name = try parseTemplateName(token, in: Self.defineContext)
        definitions[scope.definition].name = name
        try expect(.rightDelimiter, in: Self.defineContext)
        blocks.append(Block(kind: .define))
    }

    private mutating func openScope() {
        outerScopes.append(scope)
        definitions.append(SyntaxTree.Definition(name: [], code: []))
        scope = Scope(definition: definitions.count - 1, tokens: Self.noTokens)
    }

    private mutating func closeDefinition(_ block: Block) throws(TemplateError) {
        emit(.finish)
        try add(scope)
        scope = outerScopes.removeLast()
        guard block.kind == .block else { return }
        emit(.call(node: block.call))
        scope.actionLine = 0
    }

    private mutating func openBlock() throws(TemplateError) {
        let token = nextNonSpace()
        let name = try parseTemplateName(token, in: Self.blockContext)
        let (pipeline, _) = try parsePipeline(Self.blockContext, upTo: .rightDelimiter)
        var block = Block(kind: .block)
        block.call = add(.template(name: add(constant: token, value: name), pipeline: pipeline), at: token.start)
        blocks.append(block)
        openScope()
        definitions[scope.definition].name = name
    }

    private mutating func parseTemplateCall() throws(TemplateError) {
        let context = "template clause"
        let token = nextNonSpace()
        let name = try parseTemplateName(token, in: context)
        var pipeline: NodeIndex = -1
        if nextNonSpace().kind != .rightDelimiter {
            backUp()
            (pipeline, _) = try parsePipeline(context, upTo: .rightDelimiter)
        }
        emit(.call(node: add(.template(name: add(constant: token, value: name), pipeline: pipeline), at: token.start)))
    }

    private func parseTemplateName(_ token: Token, in context: String) throws(TemplateError) -> [UInt8] {
        guard token.kind == .string || token.kind == .rawString else { throw unexpected(token, in: context) }
        guard let name = StringLiteral.unquote(token.octets) else { throw error("invalid syntax") }
        return name
    }

    mutating func add(constant token: Token, value: [UInt8]) -> Int32 {
        rows.constants.append(SyntaxTree.Constant(quoted: token.octets, value: value))
        return Int32(rows.constants.count - 1)
    }
}
