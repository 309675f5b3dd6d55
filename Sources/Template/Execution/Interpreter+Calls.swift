extension Interpreter {
    /// Calls the function that `name` stands for; `node` is what a failure of it is told of.
    mutating func evaluate(
        function index: Int32, name: NodeIndex, node: NodeIndex, operands: Span32, final: Operand?
    ) throws(TemplateError) -> Operand {
        current = name
        switch execution.callables[Int(index)] {
        case .builtin(let builtin): return try call(builtin, node: node, operands: operands, final: final)
        case .function(let function):
            return try call(
                function, name: tree.rows.functions[Int(index)], node: node, operands: operands, final: final)
        case .undefined: throw undefinedFunction(index)
        }
    }

    @inline(never)
    private func undefinedFunction(_ index: Int32) -> TemplateError {
        failure("\(GoFormat.quote(tree.rows.functions[Int(index)])) is not a defined function")
    }

    /// Refuses a call with too few arguments or too many.
    private func check(
        _ total: Int, given: Int, wanted: Int, isVariadic: Bool, _ name: String
    ) throws(TemplateError) {
        if isVariadic ? total < wanted : total != wanted {
            throw wrongCount(total, given: given, wanted: wanted, isVariadic: isVariadic, name)
        }
    }

    @inline(never)
    private func wrongCount(
        _ total: Int, given: Int, wanted: Int, isVariadic: Bool, _ name: String
    ) -> TemplateError {
        failure(
            "wrong number of args for \(name): want \(isVariadic ? "at least " : "")\(wanted) got \(isVariadic ? given : total)"
        )
    }

    /// Calls a function of the host, or a method.
    @inline(never)
    mutating func call(
        _ function: Function, name: String, node: NodeIndex, operands: Span32, final: Operand?,
        receiver: Value = .null
    ) throws(TemplateError) -> Operand {
        let given = max(Int(operands.count) - 1, 0)
        let total = given + (final == nil ? 0 : 1)
        let fixed = function.parameters.count
        try check(total, given: given, wanted: fixed, isVariadic: function.variadic != nil, name)
        func type(_ place: Int) -> GoType { place < fixed ? function.parameters[place] : function.variadic ?? .any }
        var values: [Operand] = []
        values.reserveCapacity(total)
        for place in 0..<given {
            let argument = tree.rows.children[Int(operands.start) + 1 + place]
            values.append(try evaluate(argument: argument, type: type(place)))
        }
        if let final { values.append(try validate(final, type(given))) }
        let result: Value
        do {
            result = try function.body(Arguments(values, receiver: receiver, execution: execution))
        } catch {
            throw failed(name, error, node: node)
        }
        try note(result)
        return Operand(result, isInterface: function.result == .any)
    }

    private func note(_ result: Value) throws(TemplateError) {
        do throws(Budget.Refusal) {
            try execution.budget.note(result)
        } catch {
            throw failure(error)
        }
    }

    /// What is told when a function fails.
    @inline(never)
    private mutating func failed(_ name: String, _ error: any Error, node: NodeIndex) -> TemplateError {
        current = node
        return failure("error calling \(name): \(error)", cause: cause(of: error, name: name))
    }

    /// A limit that was reached within a function is one for what is around it too.
    private func cause(of error: any Error, name: String) -> TemplateError.Cause {
        switch (error as? TemplateError)?.cause {
        case .limit?: .limit
        case .stopped?: .stopped
        default: .function(name: name, error)
        }
    }

    /// Calls a built-in function.
    mutating func call(
        _ builtin: Builtin, node: NodeIndex, operands: Span32, final: Operand?
    ) throws(TemplateError) -> Operand {
        let given = max(Int(operands.count) - 1, 0)
        let total = given + (final == nil ? 0 : 1)
        let (least, isVariadic) = builtin.arity
        try check(total, given: given, wanted: least, isVariadic: isVariadic, builtin.rawValue)
        if builtin == .and || builtin == .or {
            return try decide(builtin == .or, operands: operands, given: given, final: final)
        }
        let start = arguments.count
        defer { arguments.removeSubrange(start...) }
        for place in 0..<given {
            let argument = tree.rows.children[Int(operands.start) + 1 + place]
            arguments.append(try evaluate(argument: argument, type: builtin.parameter(place)))
        }
        if let final { arguments.append(try validate(final, builtin.parameter(given))) }
        do {
            return try apply(builtin, arguments[start...], operands: operands, final: final)
        } catch let error as TemplateError {
            throw error
        } catch {
            throw failed(builtin.rawValue, error, node: node)
        }
    }

    /// and, or: the first argument that decides, or the last.
    ///
    /// What comes after it is not evaluated.
    @inline(never)
    private mutating func decide(
        _ deciding: Bool, operands: Span32, given: Int, final: Operand?
    ) throws(TemplateError) -> Operand {
        var result = Operand.missing
        for place in 0..<given {
            let argument = tree.rows.children[Int(operands.start) + 1 + place]
            result = try evaluate(argument: argument, type: .operand)
            if result.value.isTrue == deciding { return result }
        }
        return final ?? result
    }

    @inline(never)
    private func apply(
        _ builtin: Builtin, _ arguments: ArraySlice<Operand>, operands: Span32, final: Operand?
    ) throws -> Operand {
        let first = arguments.first ?? .missing
        let second = arguments.dropFirst().first?.value ?? .null
        switch builtin {
        case .and, .or: return first
        case .not: return Operand(.bool(!first.value.isTrue))
        case .len: return Operand(.int(try Indexing.length(of: first)))
        case .index: return try Indexing.index(first, arguments.dropFirst())
        case .slice: return try Indexing.slice(first, arguments.dropFirst())
        case .eq: return Operand(.bool(try Comparison.equal(first.value, arguments.dropFirst())))
        case .ne: return Operand(.bool(try !Comparison.equal(first.value, second)))
        case .lt: return Operand(.bool(try Comparison.less(first.value, second)))
        case .le: return Operand(.bool(try Comparison.lessOrEqual(first.value, second)))
        case .gt: return Operand(.bool(try !Comparison.lessOrEqual(first.value, second)))
        case .ge: return Operand(.bool(try !Comparison.less(first.value, second)))
        case .print: return try make { $0.printAll(arguments.map(\.value)) }
        case .println: return try make { $0.printLine(arguments.map(\.value)) }
        case .printf:
            return try make { $0.printFormatted(first.value.octets ?? [], arguments.dropFirst().map(\.value)) }
        case .html: return try escape(arguments, Escaping.html)
        case .js: return try escape(arguments, Escaping.javaScript)
        case .urlquery: return try escape(arguments, Escaping.query)
        case .call: return try call(first, arguments.dropFirst(), operands: operands, final: final)
        }
    }

    /// A string that a printer makes.
    private func make(_ body: (inout Printer) -> Void) throws(TemplateError) -> Operand {
        var printer = Printer(byteLimit: limits.outputBytes)
        body(&printer)
        if printer.isOverLimit { throw tooMuch() }
        try spend(bytes: printer.buffer.count)
        return Operand(.string(printer.buffer))
    }

    /// The text of the arguments as an action would print them, escaped.
    private func escape(
        _ arguments: ArraySlice<Operand>, _ body: ([UInt8]) -> [UInt8]
    ) throws(TemplateError) -> Operand {
        let values = arguments.map { argument -> Value in
            switch argument.value {
            case .null: "<no value>"
            case .pointer(let structure): .structure(structure)
            case let value: value
            }
        }
        let text = try make { $0.printAll(values) }.value.octets ?? []
        let escaped = body(text)
        try spend(bytes: escaped.count)
        return Operand(.string(escaped))
    }

    /// Calls a function that is a value.
    private func call(
        _ callee: Operand, _ arguments: ArraySlice<Operand>, operands: Span32, final: Operand?
    ) throws -> Operand {
        guard let type = callee.value.type else { throw FunctionError("call of nil") }
        let name: String
        if operands.count > 1 {
            name = String(decoding: tree.text(of: tree.rows.children[Int(operands.start) + 1]), as: UTF8.self)
        } else {
            name = callee.value.text ?? "<\(type) Value>"
        }
        guard case .function(let value) = callee.value else {
            throw FunctionError("non-function \(name) of type \(type)")
        }
        let function = value.function
        let fixed = function.parameters.count
        if function.variadic == nil ? arguments.count != fixed : arguments.count < fixed {
            let want = function.variadic == nil ? "want \(fixed)" : "want at least \(fixed)"
            throw FunctionError("wrong number of args for \(name): got \(arguments.count) \(want)")
        }
        var values: [Operand] = []
        for (place, argument) in arguments.enumerated() {
            let type = place < fixed ? function.parameters[place] : function.variadic ?? .any
            do throws(FunctionError) {
                values.append(Operand(try Indexing.prepare(argument.value, as: type)))
            } catch {
                throw FunctionError("arg \(place): \(error)")
            }
        }
        let result = try function.body(Arguments(values, execution: execution))
        try note(result)
        return Operand(result, isInterface: function.result == .any)
    }
}
