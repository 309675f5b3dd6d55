extension Interpreter {
    /// A field, method or key of `receiver`, by its place among the tree's lists of names.
    mutating func evaluate(
        field place: Int, of receiver: Operand, node: NodeIndex, operands: Span32, final: Operand?
    ) throws(TemplateError) -> Operand {
        switch receiver.value {
        case .pointer(let structure), .structure(let structure):
            // The way that nearly all fields go: known from the time before, and without arguments.
            let cached = fieldCache[place]
            if cached.type == ObjectIdentifier(structure.type), operands.count <= 1, final == nil {
                return Operand(structure.fields[Int(cached.index)], isInterface: cached.isInterface)
            }
        default: break
        }
        return try find(field: place, of: receiver, node: node, operands: operands, final: final)
    }

    @inline(never)
    private mutating func find(
        field place: Int, of receiver: Operand, node: NodeIndex, operands: Span32, final: Operand?
    ) throws(TemplateError) -> Operand {
        let name = tree.rows.names[Int(tree.rows.nameLists[place])]
        if case .null = receiver.value { return try fieldOfNothing(receiver, name) }
        if let method = method(name, of: receiver.value) {
            if case .nilPointer = receiver.value {
                current = node
                throw failure(
                    "error calling \(method.name): runtime error: invalid memory address or nil pointer dereference")
            }
            return try call(
                method.function, name: method.name, node: node, operands: operands, final: final,
                receiver: receiver.value)
        }
        let hasArguments = operands.count > 1 || final != nil
        switch receiver.value {
        case .pointer(let structure), .structure(let structure):
            guard let index = structure.type.index(of: name) else { break }
            let field = structure.type.fields[index]
            guard field.isExported else {
                throw failure("\(field.name) is an unexported field of struct type \(receiver.typeName)")
            }
            if hasArguments { throw failure("\(field.name) has arguments but cannot be invoked as function") }
            let isInterface = field.type == .any
            fieldCache[place] = FieldCache(
                type: ObjectIdentifier(structure.type), index: Int32(index), isInterface: isInterface)
            return Operand(structure.fields[index], isInterface: isInterface)
        case .map(let map):
            guard GoType.string.isAssignable(to: map.key) else { break }
            if hasArguments { throw failure("\(text(name)) is not a method but has arguments") }
            return try value(at: name, of: map)
        case .nilPointer(let type):
            guard type.index(of: name) != nil else { break }
            throw failure("nil pointer evaluating \(receiver.typeName).\(text(name))")
        default: break
        }
        throw failure("can't evaluate field \(text(name)) in type \(receiver.typeName)")
    }

    private func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

    private func fieldOfNothing(_ receiver: Operand, _ name: [UInt8]) throws(TemplateError) -> Operand {
        if receiver.isInterface { throw failure("nil pointer evaluating interface {}.\(text(name))") }
        if missingKey == .error { throw failure("nil data; no entry for key \(text(Quoting.quote(name)))") }
        return .missing
    }

    private func value(at name: [UInt8], of map: Map) throws(TemplateError) -> Operand {
        let isInterface = map.element == .any
        if let value = map[name] { return Operand(value, isInterface: isInterface) }
        switch missingKey {
        case .absent: return .missing
        case .zero: return Operand(.zero(of: map.element), isInterface: isInterface)
        case .error: throw failure("map has no entry for key \(text(Quoting.quote(name)))")
        }
    }

    private func method(_ name: [UInt8], of value: Value) -> Method? {
        switch value {
        case .pointer(let structure): structure.type.methods.method(name, onPointer: true)
        case .structure(let structure): structure.type.methods.method(name, onPointer: false)
        case .nilPointer(let type): type.methods.method(name, onPointer: true)
        case .list(let list): list.type.methods?.method(name, onPointer: false)
        case .map(let map): map.type.methods?.method(name, onPointer: false)
        case .named(let named): named.type.methods.method(name, onPointer: false)
        default: nil
        }
    }
}

extension GoType {
    /// The methods of a type with a name of its own.
    fileprivate var methods: MethodTable? {
        if case .named(let type) = self { type.methods } else { nil }
    }
}
