extension Interpreter {
    /// The value of an argument for a parameter of `type`; nil takes anything.
    mutating func evaluate(argument node: NodeIndex, type: GoType?) throws(TemplateError) -> Operand {
        current = node
        // The value comes first by itself: in one expression with its check, all of the interpreter would be copied.
        let operand: Operand
        switch tree.rows.nodes[Int(node)] {
        case .dot: operand = dot
        case .null:
            return try zero(of: type ?? .any)
        case .field(let names):
            operand = try evaluate(fields: names, of: dot, node: node, operands: .empty, final: nil)
        case .variable(let name, let fields):
            operand = try evaluate(variable: node, name: name, fields: fields, operands: .empty, final: nil)
        case .pipeline: operand = try evaluate(pipeline: node)
        case .function(let function):
            operand = try evaluate(function: function, name: node, node: node, operands: .empty, final: nil)
        case .chain(let base, let names):
            operand = try evaluate(chain: node, base: base, names: names, operands: .empty, final: nil)
        case let constant: return try evaluate(constant: constant, node: node, as: type ?? .any)
        }
        return try validate(operand, type)
    }

    @inline(never)
    private func zero(of type: GoType) throws(TemplateError) -> Operand {
        guard type.canBeNil else { throw failure("cannot assign nil to \(type)") }
        return Operand(.zero(of: type), isInterface: type == .any)
    }

    /// A constant becomes a value of whatever type the parameter has, if it can.
    @inline(never)
    private func evaluate(
        constant: Node, node: NodeIndex, as type: GoType
    ) throws(TemplateError) -> Operand {
        let value = try value(of: constant, node: node, as: type)
        if case .named(let name) = type { return Operand(.named(Named(name, value))) }
        return Operand(value)
    }

    private func value(of constant: Node, node: NodeIndex, as type: GoType) throws(TemplateError) -> Value {
        switch (type.underlying, constant) {
        case (.any, .bool(let value)), (.operand, .bool(let value)), (.bool, .bool(let value)): return .bool(value)
        case (.any, .string(let index)), (.operand, .string(let index)), (.string, .string(let index)):
            return .string(tree.rows.constants[Int(index)].value)
        case (.any, .number(let number)), (.operand, .number(let number)): return try ideal(number).value
        case (.bool, _): throw expected("bool", node)
        case (.string, _): throw expected("string", node)
        case (.integer(let kind), let constant):
            let literal = literal(constant)
            guard let bits = kind.isSigned ? literal?.signed.map({ UInt64(bitPattern: $0) }) : literal?.unsigned else {
                throw expected(kind.isSigned ? "integer" : "unsigned integer", node)
            }
            return .integer(Integer(bits: bits, kind: kind))
        case (.float64, let constant):
            guard let float = literal(constant)?.float else { throw expected("float", node) }
            return .float(float)
        case (.float32, let constant):
            guard let float = literal(constant)?.float else { throw expected("float", node) }
            return .float32(Float(float))
        case (.complex128, let constant):
            guard let complex = literal(constant)?.complex else { throw expected("complex", node) }
            return .complex(complex)
        default: throw failure("can't handle \(text(of: node)) for arg of type \(type)")
        }
    }

    private func literal(_ node: Node) -> NumberLiteral? {
        if case .number(let number) = node { tree.rows.numbers[Int(number)] } else { nil }
    }

    private func text(of node: NodeIndex) -> String { String(decoding: tree.text(of: node), as: UTF8.self) }

    private func expected(_ what: String, _ node: NodeIndex) -> TemplateError {
        failure("expected \(what); found \(text(of: node))")
    }

    /// `operand` for a parameter of `type`, if it goes there; nil takes anything.
    func validate(_ operand: Operand, _ type: GoType?) throws(TemplateError) -> Operand {
        guard let type else { return operand }
        switch (type, operand.value) {
        case (.operand, _): return operand
        case (.any, _): return Operand(operand.value, isInterface: true)
        case (.string, .string): return operand.unwrapped
        default: return try convert(operand, to: type)
        }
    }

    @inline(never)
    private func convert(_ operand: Operand, to type: GoType) throws(TemplateError) -> Operand {
        guard let own = operand.value.type else {
            if operand.isInterface {
                throw failure("wrong type for value; expected \(type); got interface {}")
            }
            guard type.canBeNil else { throw failure("invalid value; expected \(type)") }
            return Operand(.zero(of: type))
        }
        if own.isAssignable(to: type) { return operand.unwrapped }
        switch (own, type.underlying) {
        case (.pointer(let pointee), .structure(let structure)) where pointee == structure:
            guard case .pointer(let value) = operand.value else {
                throw failure("dereference of nil pointer of type \(type)")
            }
            return Operand(.structure(value))
        default: throw failure("wrong type for value; expected \(type); got \(own)")
        }
    }
}
