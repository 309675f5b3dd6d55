extension Interpreter {
    /// The value of a pipeline; its variables are set.
    mutating func evaluate(pipeline: NodeIndex) throws(TemplateError) -> Operand {
        guard case .pipeline(let commands, let names, let isAssignment) = tree.rows.nodes[Int(pipeline)] else {
            return .missing
        }
        current = pipeline
        execution.nesting += 1
        defer { execution.nesting -= 1 }
        if execution.nesting > limits.expressionDepth + 1 { throw tooDeep() }
        var result = Operand.missing
        var isFirst = true
        for index in commands.indices {
            try step()
            let command = tree.rows.children[index]
            result = try evaluate(command: command, final: isFirst ? nil : result)
            result.isInterface = false
            isFirst = false
        }
        for index in names.indices {
            let name = tree.rows.nameLists[index]
            if isAssignment { try assign(name, result) } else { declare(name, result) }
        }
        return result
    }

    @inline(never)
    private func tooDeep() -> TemplateError {
        failure("expressions are nested over the limit of \(limits.expressionDepth)", cause: .limit)
    }

    private mutating func evaluate(command: NodeIndex, final: Operand?) throws(TemplateError) -> Operand {
        guard case .command(let operands) = tree.rows.nodes[Int(command)] else { return .missing }
        let first = tree.rows.children[Int(operands.start)]
        switch tree.rows.nodes[Int(first)] {
        case .field(let names):
            current = first
            return try evaluate(fields: names, of: dot, node: first, operands: operands, final: final)
        case .chain(let base, let names):
            return try evaluate(chain: first, base: base, names: names, operands: operands, final: final)
        case .function(let function):
            return try evaluate(
                function: function, name: first, node: command, operands: operands, final: final)
        case .pipeline:
            try refuseArguments(operands, final)
            return try evaluate(pipeline: first)
        case .variable(let name, let fields):
            return try evaluate(variable: first, name: name, fields: fields, operands: operands, final: final)
        case let constant:
            current = first
            try refuseArguments(operands, final)
            return try evaluate(constant: constant)
        }
    }

    @inline(never)
    private func evaluate(constant: Node) throws(TemplateError) -> Operand {
        switch constant {
        case .bool(let value): return Operand(.bool(value))
        case .dot: return dot
        case .number(let number): return try ideal(number)
        case .string(let constant): return Operand(.string(tree.rows.constants[Int(constant)].value))
        default: throw failure("nil is not a command")
        }
    }

    /// The value of a number where nothing says which kind is wanted.
    @inline(never)
    func ideal(_ number: Int32) throws(TemplateError) -> Operand {
        let literal = tree.rows.numbers[Int(number)]
        switch literal.ideal {
        case .value(let value): return Operand(value)
        case .overflow: throw failure("\(String(decoding: literal.text, as: UTF8.self)) overflows int")
        }
    }

    private func refuseArguments(_ operands: Span32, _ final: Operand?) throws(TemplateError) {
        if operands.count > 1 || final != nil { throw noFunction(operands) }
    }

    @inline(never)
    private func noFunction(_ operands: Span32) -> TemplateError {
        let first = tree.rows.children[Int(operands.start)]
        return failure("can't give argument to non-function \(String(decoding: tree.text(of: first), as: UTF8.self))")
    }

    @inline(never)
    mutating func evaluate(
        chain node: NodeIndex, base: NodeIndex, names: Span32, operands: Span32, final: Operand?
    ) throws(TemplateError) -> Operand {
        current = node
        let receiver = try evaluate(argument: base, type: nil)
        return try evaluate(fields: names, of: receiver, node: node, operands: operands, final: final)
    }

    @inline(never)
    mutating func evaluate(
        variable node: NodeIndex, name: Int32, fields: Span32, operands: Span32, final: Operand?
    ) throws(TemplateError) -> Operand {
        current = node
        let place = try variable(name)
        let operand = variables[place].operand
        if fields.count == 0 {
            try refuseArguments(operands, final)
            return operand
        }
        return try evaluate(fields: fields, of: operand, node: node, operands: operands, final: final)
    }

    /// One field after the other; the last, if it is a method, gets the arguments.
    @inline(never)
    mutating func evaluate(
        fields names: Span32, of receiver: Operand, node: NodeIndex, operands: Span32, final: Operand?
    ) throws(TemplateError) -> Operand {
        var receiver = receiver
        let last = Int(names.start + names.count) - 1
        for index in Int(names.start)..<last {
            receiver = try evaluate(field: index, of: receiver, node: node, operands: .empty, final: nil)
        }
        return try evaluate(field: last, of: receiver, node: node, operands: operands, final: final)
    }
}
