/// What index, slice and len do.
enum Indexing {
    /// `item` at one index after the other.
    static func index(_ item: Operand, _ indices: some Collection<Operand>) throws(FunctionError) -> Operand {
        var item = Operand(item.value)
        if item.isMissing { throw FunctionError("index of untyped nil") }
        for index in indices { item = try element(of: item, at: index.value) }
        return item
    }

    private static func element(of item: Operand, at index: Value) throws(FunctionError) -> Operand {
        switch item.value {
        case .null, .nilPointer: throw FunctionError("index of nil pointer")
        case .list(let list):
            let position = try position(index, capacity: list.count)
            guard position < list.count else { throw FunctionError("reflect: slice index out of range") }
            return Operand(list[position], isInterface: list.element == .any)
        case .string(let octets), .bytes(let octets):
            return try octet(of: octets, at: index, isString: item.value.octets != nil)
        case .named(let named) where named.value.octets != nil:
            return try octet(of: named.value.octets ?? [], at: index, isString: true)
        case .map(let map):
            let key = try prepare(index, as: map.key)
            return Operand(map[key] ?? .zero(of: map.element), isInterface: map.element == .any)
        case .pointer(let structure): throw FunctionError("can't index item of type \(structure.type.name)")
        case let other: throw FunctionError("can't index item of type \(other.typeName)")
        }
    }

    private static func octet(
        of octets: [UInt8], at index: Value, isString: Bool
    ) throws(FunctionError) -> Operand {
        let position = try position(index, capacity: octets.count)
        guard position < octets.count else {
            throw FunctionError("reflect: \(isString ? "string" : "slice") index out of range")
        }
        return Operand(.integer(Integer(bits: UInt64(octets[position]), kind: .uint8)))
    }

    /// `index` as a number up to `capacity`.
    private static func position(_ index: Value, capacity: Int) throws(FunctionError) -> Int {
        if case .null = index { throw FunctionError("cannot index slice/array with nil") }
        guard let integer = index.integer else {
            throw FunctionError("cannot index slice/array with type \(index.typeName)")
        }
        let number = integer.signed
        guard number >= 0, number <= Int64(capacity) else { throw FunctionError("index out of range: \(number)") }
        return Int(number)
    }

    /// `value` as a value of `type`: integers turn into one another.
    static func prepare(_ value: Value, as type: GoType) throws(FunctionError) -> Value {
        guard let own = value.type else {
            guard type.canBeNil else { throw FunctionError("value is nil; should be of type \(type)") }
            return .zero(of: type)
        }
        if own.isAssignable(to: type) { return value }
        if let integer = value.integer, case .integer(let kind) = type.underlying {
            return .integer(Integer(bits: integer.bits, kind: kind))
        }
        throw FunctionError("value has type \(own); should be \(type)")
    }

    /// The part of `item` between indices.
    static func slice(_ item: Operand, _ indices: some Collection<Operand>) throws(FunctionError) -> Operand {
        if case .null = item.value { throw FunctionError("slice of untyped nil") }
        if indices.count > 3 { throw FunctionError("too many slice indexes: \(indices.count)") }
        let (count, capacity) = try extent(of: item.value, isThreeIndexed: indices.count == 3)
        var bounds = [0, count, capacity]
        for (place, index) in indices.enumerated() {
            bounds[place] = try position(
                index.isInterface ? Self.interfaceIndex(index) : index.value, capacity: capacity)
        }
        guard bounds[0] <= bounds[1] else {
            throw FunctionError("invalid slice index: \(bounds[0]) > \(bounds[1])")
        }
        guard bounds[1] <= bounds[2] else {
            throw FunctionError("invalid slice index: \(bounds[1]) > \(bounds[2])")
        }
        switch item.value {
        case .string(let octets): return Operand(.string(Array(octets[bounds[0]..<bounds[1]])))
        case .bytes(let octets): return Operand(.bytes(Array(octets[bounds[0]..<bounds[1]])))
        case .list(let list): return Operand(.list(list.slice(from: bounds[0], to: bounds[1], top: bounds[2])))
        case .named(let named):
            let octets = named.value.octets ?? []
            return Operand(.named(Named(named.type, .string(Array(octets[bounds[0]..<bounds[1]])))))
        default: return .missing
        }
    }

    /// Go's slice does not look into interfaces for its indices.
    private static func interfaceIndex(_ index: Operand) throws(FunctionError) -> Value {
        throw FunctionError("cannot index slice/array with type interface {}")
    }

    private static func extent(
        of value: Value, isThreeIndexed: Bool
    ) throws(FunctionError) -> (count: Int, capacity: Int) {
        switch value {
        case .list(let list): return (list.count, list.capacity)
        case .bytes(let octets): return (octets.count, octets.count)
        default: break
        }
        guard let octets = value.octets else { throw FunctionError("can't slice item of type \(value.typeName)") }
        if isThreeIndexed { throw FunctionError("cannot 3-index slice a string") }
        return (octets.count, octets.count)
    }

    /// How many elements `item` has.
    static func length(of item: Operand) throws(FunctionError) -> Int {
        switch item.value.core {
        case .null where !item.isInterface: throw FunctionError("reflect: call of reflect.Value.Type on zero Value")
        case .null, .nilPointer: throw FunctionError("len of nil pointer")
        case .list(let list): return list.count
        case .map(let map): return map.count
        case .string(let octets), .bytes(let octets): return octets.count
        case .channel: return 0
        case .pointer(let structure): throw FunctionError("len of type \(structure.type.name)")
        default: throw FunctionError("len of type \(item.value.typeName)")
        }
    }
}
