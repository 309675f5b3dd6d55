internal import Template

/// Sprig's functions on lists.
enum SprigLists {
    /// Adds them; those that can fail have a second name that begins with `must`.
    static func add(to table: inout FunctionTable) {
        for name in ["list", "tuple"] {
            table.register(name) { (values: Rest<Value>) -> Value in .list(values.elements) }
        }
        table.register("join") { (separator: GoString, value: Value) in
            GoString(try TextFunctions.join(value.sprigTexts, separator.octets))
        }
        table.register("sortAlpha") { (value: Value) in
            value.sprigTexts.sorted(by: Octets.isBefore).map { GoString($0) }
        }
        table.register("splitList") { (separator: GoString, s: GoString) in
            Octets.split(s.octets, by: separator.octets).map { GoString($0) }
        }
        table["split"] = split { arguments in (arguments[0].octets ?? [], arguments[1].octets ?? [], .max) }
        table["splitn"] = Function(
            parameters: [.string, .int, .string], result: .map(key: .string, element: .string)
        ) { arguments in
            let limit = arguments[1].integer?.exact ?? 0
            return numbered(
                Octets.split(arguments[2].octets ?? [], by: arguments[0].octets ?? [], limit: limit < 0 ? .max : limit))
        }
        addEnds(to: &table)
        addChanges(to: &table)
        addParts(to: &table)
    }

    private static func split(_ take: @escaping @Sendable (Arguments) -> ([UInt8], [UInt8], Int)) -> Function {
        Function(parameters: [.string, .string], result: .map(key: .string, element: .string)) { arguments in
            let (separator, text, limit) = take(arguments)
            return numbered(Octets.split(text, by: separator, limit: limit))
        }
    }

    private static func numbered(_ parts: [[UInt8]]) -> Value {
        .map(
            Map(
                parts.enumerated().map { (.string("_\($0)"), .string($1)) },
                type: .map(key: .string, element: .string)))
    }

    /// Adds `name` and its form that begins with `must`.
    private static func both(_ name: String, to table: inout FunctionTable, _ function: Function) {
        table[name] = function
        table["must" + name.prefix(1).uppercased() + name.dropFirst()] = function
    }

    private static func items(_ value: Value, _ what: String) throws(FunctionError) -> [Value] {
        switch value.core {
        case .list(let list): return list.items
        case .bytes(let octets): return octets.map { .integer(Integer(bits: UInt64($0), kind: .uint8)) }
        case .null: throw FunctionError("runtime error: invalid memory address or nil pointer dereference")
        default: throw FunctionError("\(what) on type \(value.kindName)")
        }
    }

    private static func addEnds(to table: inout FunctionTable) {
        both("first", to: &table, Function { (list: Value) in try items(list, "Cannot find first").first ?? .null })
        both("last", to: &table, Function { (list: Value) in try items(list, "Cannot find last").last ?? .null })
        both(
            "rest", to: &table,
            Function { (list: Value) in
                rest(Array(try items(list, "Cannot find rest").dropFirst()), of: list)
            })
        both(
            "initial", to: &table,
            Function { (list: Value) in
                rest(Array(try items(list, "Cannot find initial").dropLast()), of: list)
            })
    }

    /// An empty list has no rest: nil.
    private static func rest(_ items: [Value], of list: Value) -> Value {
        list.isTrue ? .list(items) : .list(List(nilOf: .anySlice))
    }

    private static func addChanges(to table: inout FunctionTable) {
        for name in ["append", "push"] {
            both(
                name, to: &table,
                Function { (list: Value, value: Value) -> Value in
                    let items = try items(list, "Cannot push")
                    try ResultLimit.check(elements: items.count)
                    return .list(items + [value])
                })
        }
        both(
            "prepend", to: &table,
            Function { (list: Value, value: Value) -> Value in
                let items = try items(list, "Cannot prepend")
                try ResultLimit.check(elements: items.count)
                return .list([value] + items)
            })
        both(
            "reverse", to: &table,
            Function { (list: Value) -> Value in
                .list(try items(list, "Cannot find reverse").reversed())
            })
        both(
            "compact", to: &table,
            Function { (list: Value) -> Value in
                .list(try items(list, "Cannot compact").filter { !$0.isSprigEmpty })
            })
        both(
            "uniq", to: &table,
            Function { (list: Value) -> Value in
                .list(distinct(try items(list, "Cannot find uniq")))
            })
        both(
            "without", to: &table,
            Function { (list: Value, omitted: Rest<Value>) -> Value in
                .list(
                    try items(list, "Cannot find without").filter { item in
                        !omitted.elements.contains { DeepEquality.holds($0, item) }
                    })
            })
        table.register("concat") { (lists: Rest<Value>) -> Value in
            var result: [Value] = []
            for list in lists.elements {
                guard case .list = list.core else {
                    throw FunctionError("Cannot concat type \(list.kindName) as list")
                }
                result += try items(list, "Cannot concat")
                try ResultLimit.check(elements: result.count)
            }
            return .list(result)
        }
    }

    private static func distinct(_ items: [Value]) -> [Value] {
        var result: [Value] = []
        var texts: Set<[UInt8]> = []
        for item in items {
            if case .string(let octets) = item {
                if texts.insert(octets).inserted { result.append(item) }
            } else if !result.contains(where: { DeepEquality.holds($0, item) }) {
                result.append(item)
            }
        }
        return result
    }

    private static func addParts(to table: inout FunctionTable) {
        both(
            "has", to: &table,
            Function { (needle: Value, list: Value) -> Bool in
                if case .null = list { return false }
                return try items(list, "Cannot find has").contains { DeepEquality.holds(needle, $0) }
            })
        both(
            "slice", to: &table,
            Function { (list: Value, indices: Rest<Value>) -> Value in
                guard case .list(let own) = list.core else {
                    throw FunctionError("list should be type of slice or array but \(list.kindName)")
                }
                guard own.count > 0 else { return .null }
                let low = indices.elements.first.map { Int(SprigNumbers.int($0)) } ?? 0
                let high = indices.elements.count > 1 ? Int(SprigNumbers.int(indices.elements[1])) : own.count
                guard 0...own.count ~= high else {
                    throw FunctionError("reflect.Value.Slice: slice index out of bounds")
                }
                guard 0...high ~= low else { throw FunctionError("reflect.Value.Slice: slice index out of bounds") }
                return .list(List(Array(own.items[low..<high]), type: own.type))
            })
        both(
            "chunk", to: &table,
            Function(parameters: [.int, .any], result: .slice(.anySlice)) { arguments in
                let size = max(arguments[0].integer?.exact ?? 0, 1)
                let all = try items(arguments[1], "Cannot chunk type")
                let chunks = stride(from: 0, to: all.count, by: size).map { start -> Value in
                    .list(Array(all[start..<min(all.count - start, size) + start]))
                }
                return .list(List(chunks, type: .slice(.anySlice)))
            })
    }
}

/// Go's reflect.DeepEqual.
enum DeepEquality {
    static func holds(_ left: Value, _ right: Value, depth: Int = 0) -> Bool {
        guard depth < ResultLimit.depth else { return false }
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.integer(let left), .integer(let right)): return left == right
        case (.float(let left), .float(let right)): return left == right
        case (.float32(let left), .float32(let right)): return left == right
        case (.complex(let left), .complex(let right)): return left == right
        case (.string(let left), .string(let right)), (.bytes(let left), .bytes(let right)): return left == right
        case (.list(let left), .list(let right)):
            return left.type == right.type && left.isNil == right.isNil && left.count == right.count
                && zip(left.items, right.items).allSatisfy { holds($0, $1, depth: depth + 1) }
        case (.map(let left), .map(let right)):
            if left === right { return true }
            let (ours, theirs) = (left.entries, right.entries)
            return left.type == right.type && left.isNil == right.isNil && ours.count == theirs.count
                && zip(ours.keys, theirs.keys).allSatisfy { holds($0, $1, depth: depth + 1) }
                && zip(ours.values, theirs.values).allSatisfy { holds($0, $1, depth: depth + 1) }
        case (.structure(let left), .structure(let right)), (.pointer(let left), .pointer(let right)):
            return left === right
                || left.type === right.type
                    && zip(left.fields, right.fields).allSatisfy { holds($0, $1, depth: depth + 1) }
        case (.nilPointer(let left), .nilPointer(let right)): return left === right
        case (.channel(let left), .channel(let right)): return left === right
        case (.named(let left), .named(let right)):
            return left.type === right.type && holds(left.value, right.value, depth: depth + 1)
        default: return false
        }
    }
}
