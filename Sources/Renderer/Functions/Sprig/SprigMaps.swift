internal import Template

/// Sprig's functions on maps.
enum SprigMaps {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table["dict"] = Function(parameters: [], variadic: .any, result: .stringMap) { arguments in
            var entries: [(key: Value, value: Value)] = []
            for place in stride(from: 0, to: arguments.count, by: 2) {
                entries.append(
                    (.string(arguments[place].sprigText), place + 1 < arguments.count ? arguments[place + 1] : ""))
            }
            return .map(Map(entries, isMutable: true))
        }
        addEntries(to: &table)
        addParts(to: &table)
        for (name, overrides) in [("merge", false), ("mergeOverwrite", true)] {
            let function = Function(parameters: [.stringMap], variadic: .stringMap) { arguments in
                guard case .map(let target) = arguments[0] else { return "" }
                let result = target.mutable
                for case .map(let source) in arguments.values.dropFirst() {
                    try MapMerge(overrides: overrides).merge(source, into: result)
                }
                return .map(result)
            }
            table[name] = function
            table["must" + name.prefix(1).uppercased() + name.dropFirst()] = function
        }
        table["dig"] = Function(parameters: [], variadic: .any) { arguments in
            guard arguments.count >= 3 else { throw FunctionError("dig needs at least three arguments") }
            guard case .map(var map) = arguments[arguments.count - 1], map.type == .stringMap else {
                throw FunctionError(
                    "interface conversion: interface {} is \(arguments[arguments.count - 1].typeName), not map[string]interface {}"
                )
            }
            let path = arguments.values.dropLast(2)
            for (place, step) in path.enumerated() {
                guard let name = step.octets else {
                    throw FunctionError("interface conversion: interface {} is \(step.typeName), not string")
                }
                guard let value = map[name] else { return arguments[arguments.count - 2] }
                if place == path.count - 1 { return value }
                guard case .map(let next) = value, next.type == .stringMap else {
                    throw FunctionError(
                        "interface conversion: interface {} is \(value.typeName), not map[string]interface {}")
                }
                map = next
            }
            return .null
        }
    }

    private static func addEntries(to table: inout FunctionTable) {
        table["get"] = Function(parameters: [.stringMap, .string]) { arguments in
            guard case .map(let map) = arguments[0] else { return "" }
            return map[arguments[1]] ?? ""
        }
        table["set"] = Function(parameters: [.stringMap, .string, .any], result: .stringMap) { arguments in
            guard case .map(let map) = arguments[0] else { return .null }
            if map.isNil { throw FunctionError("assignment to entry in nil map") }
            let target = map.mutable
            target.set(arguments[1], to: arguments[2])
            return .map(target)
        }
        table["unset"] = Function(parameters: [.stringMap, .string], result: .stringMap) { arguments in
            guard case .map(let map) = arguments[0] else { return .null }
            let target = map.mutable
            target.set(arguments[1], to: nil)
            return .map(target)
        }
        table["hasKey"] = Function(parameters: [.stringMap, .string], result: .bool) { arguments in
            guard case .map(let map) = arguments[0] else { return false }
            return .bool(map[arguments[1]] != nil)
        }
    }

    private static func addParts(to table: inout FunctionTable) {
        table["keys"] = Function(parameters: [], variadic: .stringMap, result: .stringSlice) { arguments in
            var keys: [Value] = []
            for case .map(let map) in arguments.values { keys += map.entries.keys }
            return .list(List(keys, type: .stringSlice))
        }
        table["values"] = Function(parameters: [.stringMap], result: .anySlice) { arguments in
            guard case .map(let map) = arguments[0] else { return .list([]) }
            return .list(map.entries.values)
        }
        table["pluck"] = Function(parameters: [.string], variadic: .stringMap, result: .anySlice) { arguments in
            var values: [Value] = []
            for case .map(let map) in arguments.values.dropFirst() {
                if let value = map[arguments[0]] { values.append(value) }
            }
            return .list(values)
        }
        for (name, keeps) in [("pick", true), ("omit", false)] {
            table[name] = Function(parameters: [.stringMap], variadic: .string, result: .stringMap) { arguments in
                guard case .map(let map) = arguments[0] else { return .null }
                let names = Set(arguments.values.dropFirst().compactMap(\.octets))
                let entries = map.entries
                let kept = zip(entries.keys, entries.values).filter { names.contains($0.0.octets ?? []) == keeps }
                return .map(Map(kept.map { ($0.0, $0.1) }, isMutable: true))
            }
        }
    }
}
