internal import Template

/// The functions on lists and maps.
enum CollectionFunctions {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table.register("in") { (list: Value, value: Value) in try isIn(list, value) }
        table.register("contains") { (value: Value, list: Value) in try isIn(list, value) }
        table["containsAll"] = contains(result: true, ifFound: false)
        table["containsAny"] = contains(result: false, ifFound: true)
        table["containsNone"] = contains(result: true, ifFound: true)
        table["containsNotAll"] = contains(result: false, ifFound: false)
        table["loop"] = loop
        table["mergeMap"] = merge(overrides: false)
        table["mergeMapWithOverride"] = merge(overrides: true)
    }

    /// Whether `value` is an element of `list`, or a part of a text.
    static func isIn(_ list: Value, _ value: Value) throws(FunctionError) -> Bool {
        switch list.core {
        case .list(let list):
            for item in list.items where try isSame(item, value) { return true }
            return false
        case .string(let octets):
            guard let type = value.type else { throw nilType }
            return type == list.type && Octets.contains(octets, value.octets ?? [])
        default: return false
        }
    }

    private static var nilType: FunctionError { FunctionError("reflect: call of reflect.Value.Type on zero Value") }

    private static func isSame(_ item: Value, _ value: Value) throws(FunctionError) -> Bool {
        switch (item.core, value.core) {
        case (.integer(let left), .integer(let right)):
            return left.kind.isSigned && right.kind.isSigned && left.signed == right.signed
        case (.float, _), (.float32, _):
            guard let left = float(item), let right = float(value) else { return false }
            return left == right
        case (.string, .null): throw nilType
        case (.string(let left), .string(let right)): return item.type == value.type && left == right
        default: return false
        }
    }

    private static func float(_ value: Value) -> Double? {
        switch value.core {
        case .float(let value): value
        case .float32(let value): Double(value)
        default: nil
        }
    }

    /// A search for several values, which ends at the first that is found or not, as `ifFound` says.
    private static func contains(result: Bool, ifFound: Bool) -> Function {
        Function(parameters: [.anySlice, .any], result: .bool) { arguments in
            guard case .list(let wanted) = arguments[0] else { return .bool(result) }
            for value in wanted.items where try isIn(arguments[1], value) == ifFound { return .bool(!result) }
            return .bool(result)
        }
    }

    private static let loop = Function(parameters: [], variadic: .any, result: .channel(.int64)) { arguments in
        func bound(_ value: Value) throws(FunctionError) -> Int64 {
            if let integer = value.integer { return integer.signed }
            guard let octets = value.octets else {
                throw FunctionError("loop: bad argument type: \(value.typeName)")
            }
            return octets.isEmpty ? 0 : try NumberText.int(GoString(octets), "parseInt")
        }
        guard 1...2 ~= arguments.count else {
            throw FunctionError("loop: wrong number of arguments, expected 1 or 2, but got \(arguments.count)")
        }
        let start = arguments.count == 2 ? try bound(arguments[0]) : 0
        return .channel(Channel(from: start, below: try bound(arguments[arguments.count - 1])))
    }

    private static func merge(overrides: Bool) -> Function {
        Function(parameters: [.stringMap, .stringMap], result: .stringMap) { arguments in
            guard case .map(let target) = arguments[0], case .map(let source) = arguments[1] else { return .null }
            let result = target.mutable
            try MapMerge(overrides: overrides).merge(source, into: result)
            return .map(result)
        }
    }
}
