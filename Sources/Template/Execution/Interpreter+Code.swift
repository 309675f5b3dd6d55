extension Interpreter {
    /// Executes a template of the text for `data`.
    mutating func run(_ start: Int, data: Operand) throws(TemplateError) {
        definition = start
        dot = data
        declare(0, data)
        var code = tree.definitions[definition].code
        var next = 0
        while true {
            try step()
            let instruction = code[next]
            next += 1
            switch instruction {
            case .text(let start, let end):
                output += tree.source[Int(start)..<Int(end)]
                try checkOutput()
            case .show(let action, let pipeline):
                let operand = try evaluate(pipeline: pipeline)
                try show(operand, action: action)
            case .evaluate(let pipeline): _ = try evaluate(pipeline: pipeline)
            case .openIf(let pipeline, let otherwise):
                scopes.append(Scope(variableCount: variables.count, dot: dot))
                if try !evaluate(pipeline: pipeline).value.isTrue { next = Int(otherwise) }
            case .openWith(let pipeline, let otherwise):
                scopes.append(Scope(variableCount: variables.count, dot: dot))
                let operand = try evaluate(pipeline: pipeline)
                if operand.value.isTrue { dot = operand } else { next = Int(otherwise) }
            case .openRange(let pipeline, let otherwise):
                scopes.append(Scope(variableCount: variables.count, dot: dot))
                next = try openRange(pipeline, at: next - 1, otherwise: Int(otherwise))
            case .next(let body):
                if try nextElement() { next = Int(body) }
            case .close:
                closeScopes(1)
            case .jump(let target): next = Int(target)
            case .leaveRange(let scopes, let target):
                closeScopes(Int(scopes))
                leaveIteration()
                next = Int(target)
            case .nextInRange(let scopes, let target):
                closeScopes(Int(scopes))
                next = Int(target)
            case .call(let node):
                let (target, data) = try prepareCall(node)
                frames.append(Frame(definition: definition, next: next, base: base, dot: dot))
                definition = target
                code = tree.definitions[target].code
                next = 0
                base = variables.count
                dot = data
                declare(0, data)
            case .finish:
                guard let frame = frames.popLast() else { return }
                variables.removeSubrange(base...)
                definition = frame.definition
                code = tree.definitions[definition].code
                next = frame.next
                base = frame.base
                dot = frame.dot
            }
        }
    }

    private mutating func closeScopes(_ count: Int) {
        for _ in 0..<count {
            guard let scope = scopes.popLast() else { return }
            variables.removeSubrange(scope.variableCount...)
            dot = scope.dot
        }
    }

    func checkOutput() throws(TemplateError) {
        if output.count > limits.outputBytes {
            throw failure("the limit of \(limits.outputBytes) octets of output is reached", cause: .limit)
        }
    }

    /// Writes a value as an action does: pointers are followed, and no value says so.
    private mutating func show(_ operand: Operand, action: NodeIndex) throws(TemplateError) {
        switch operand.value {
        case .string(let octets): output += octets
        case .integer(let integer):
            let isNegative = integer.kind.isSigned && integer.signed < 0
            output.appendDecimal(isNegative ? 0 &- integer.bits : integer.bits, isNegative: isNegative)
        case .null: output += "<no value>".utf8
        case .channel, .function:
            current = action
            let text = String(decoding: tree.text(of: action), as: UTF8.self)
            throw failure("can't print \(text) of type \(operand.value.typeName)")
        default:
            current = action
            var printer = Printer(byteLimit: limits.outputBytes)
            swap(&printer.buffer, &output)
            if case .pointer(let structure) = operand.value {
                printer.printArgument(.structure(structure), verb: Verb.v)
            } else {
                printer.printArgument(operand.value, verb: Verb.v)
            }
            swap(&printer.buffer, &output)
            if printer.isOverLimit { throw tooMuch() }
        }
        current = action
        try checkOutput()
    }

    /// The failure of a printer that had to stop.
    func tooMuch() -> TemplateError {
        failure("too much to print: over \(limits.outputBytes) octets or \(Printer.depthMax) levels", cause: .limit)
    }

    private mutating func prepareCall(_ node: NodeIndex) throws(TemplateError) -> (target: Int, data: Operand) {
        guard case .template(let name, let pipeline) = tree.rows.nodes[Int(node)] else { return (0, .missing) }
        current = node
        let target = tree.targets[Int(name)]
        if target < 0 {
            let quoted = String(decoding: Quoting.quote(tree.rows.constants[Int(name)].value), as: UTF8.self)
            throw failure("template \(quoted) not defined")
        }
        if frames.count >= limits.templateDepth {
            throw failure("exceeded maximum template depth (\(limits.templateDepth))", cause: .limit)
        }
        return (Int(target), pipeline < 0 ? .missing : try evaluate(pipeline: pipeline))
    }
}
