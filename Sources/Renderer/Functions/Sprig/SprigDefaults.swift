internal import Template

/// Sprig's functions on what is there and what it is.
enum SprigDefaults {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table.register("default") { (other: Value, given: Rest<Value>) in
            given.elements.first.map { $0.isSprigEmpty ? other : $0 } ?? other
        }
        table.register("empty") { (value: Value) in value.isSprigEmpty }
        table.register("coalesce") { (values: Rest<Value>) in values.elements.first { !$0.isSprigEmpty } ?? .null }
        table.register("all") { (values: Rest<Value>) in values.elements.allSatisfy { !$0.isSprigEmpty } }
        table.register("any") { (values: Rest<Value>) in values.elements.contains { !$0.isSprigEmpty } }
        table.register("ternary") { (yes: Value, no: Value, condition: Bool) in condition ? yes : no }
        table.register("typeOf") { (value: Value) in value.typeName }
        table.register("typeIs") { (name: String, value: Value) in name == value.typeName }
        table.register("typeIsLike") { (name: String, value: Value) in
            name == value.typeName || "*" + name == value.typeName
        }
        table.register("kindOf") { (value: Value) in value.kindName }
        table.register("kindIs") { (name: String, value: Value) in name == value.kindName }
        table.register("deepEqual") { (left: Value, right: Value) in DeepEquality.holds(left, right) }
        for name in ["deepCopy", "mustDeepCopy"] {
            table.register(name) { (value: Value) in try copy(value, depth: 0) }
        }
    }

    private static func copy(_ value: Value, depth: Int) throws(FunctionError) -> Value {
        guard depth < ResultLimit.depth else { throw FunctionError("more than \(ResultLimit.depth) levels") }
        switch value {
        case .list(let list):
            var items: [Value] = []
            for item in list.items { items.append(try copy(item, depth: depth + 1)) }
            return list.isNil ? value : .list(List(items, type: list.type))
        case .map(let map):
            let entries = map.entries
            var copies: [(key: Value, value: Value)] = []
            for (key, item) in zip(entries.keys, entries.values) {
                copies.append((key, try copy(item, depth: depth + 1)))
            }
            return map.isNil ? value : .map(Map(copies, type: map.type, isMutable: true))
        default: return value
        }
    }
}
