internal import Template

/// The functions that put what the store gave into groups.
enum GroupingFunctions {
    private static let pairList = GoType.slice(.pointer(DependencyTypes.keyPair))
    private static let serviceList = GoType.slice(.pointer(DependencyTypes.healthService))

    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table["byKey"] = byKey
        table["byTag"] = Function(
            parameters: [.any], result: .map(key: .string, element: .anySlice)
        ) { arguments in
            try group(arguments[0], "byTag", accepts: [serviceList, .slice(.pointer(DependencyTypes.snippet))]) {
                item in
                guard case .list(let tags) = item["Tags"] else { return [] }
                return tags.items
            }
        }
        table["byPort"] = Function(
            parameters: [.any], result: .map(key: .int, element: .anySlice)
        ) { arguments in
            try group(arguments[0], "byPort", accepts: [serviceList], key: .int) { [$0["Port"]] }
        }
        table["byMeta"] = byMeta
        table["explode"] = Function(parameters: [pairList], result: .stringMap) { arguments in
            let tree = Map([:], isMutable: true)
            guard case .list(let pairs) = arguments[0] else { return .map(tree) }
            for pair in pairs.items.compactMap(\.structureValue) {
                try Exploded.put(pair["Value"], at: pair["Key"].octets ?? [], in: tree, function: "explode")
            }
            return .map(tree)
        }
        table["explodeMap"] = Function(parameters: [.stringMap], result: .stringMap) { arguments in
            let tree = Map([:], isMutable: true)
            guard case .map(let map) = arguments[0] else { return .map(tree) }
            let entries = map.entries
            for (key, value) in zip(entries.keys, entries.values) {
                try Exploded.put(value, at: key.octets ?? [], in: tree, function: "explodeMap")
            }
            return .map(tree)
        }
    }

    private static let byKey: Function = {
        let inner = GoType.map(key: .string, element: .pointer(DependencyTypes.keyPair))
        let outer = GoType.map(key: .string, element: inner)
        return Function(parameters: [pairList], result: outer) { arguments in
            var groups: [[UInt8]: [(key: Value, value: Value)]] = [:]
            guard case .list(let pairs) = arguments[0] else { return .map(Map([], type: outer)) }
            for pair in pairs.items.compactMap(\.structureValue) {
                let key = pair["Key"].octets ?? []
                guard let (top, rest) = Octets.cut(key, at: [0x2F]), !rest.isEmpty else { continue }
                var fields = pair.fields
                fields[1] = .string(rest)
                groups[top, default: []].append((.string(rest), .pointer(Structure(pair.type, fields))))
            }
            return .map(
                Map(groups.map { (.string($0.key), .map(Map($0.value, type: inner))) }, type: outer))
        }
    }()

    private static func group(
        _ list: Value, _ name: String, accepts: [GoType], key: GoType = .string, _ keys: (Structure) -> [Value]
    ) throws(FunctionError) -> Value {
        let type = GoType.map(key: key, element: .anySlice)
        var groups: [[UInt8]: (key: Value, items: [Value])] = [:]
        switch list {
        case .null: break
        case .list(let list) where accepts.contains(list.type):
            for item in list.items {
                guard let structure = item.structureValue else { continue }
                for key in keys(structure) {
                    groups[GoFormat.text(of: key), default: (key, [])].items.append(item)
                }
            }
        default: throw FunctionError("\(name): wrong argument type \(list.typeName)")
        }
        return .map(Map(groups.values.map { ($0.key, .list($0.items)) }, type: type))
    }

    private static let byMeta = Function(
        parameters: [.string, serviceList], result: .map(key: .string, element: serviceList)
    ) { arguments in
        let names = (arguments[0].text ?? "").split(separator: ",", omittingEmptySubsequences: false)
        var groups: [String: [Value]] = [:]
        guard case .list(let services) = arguments[1] else { return .null }
        for service in services.items {
            guard let structure = service.structureValue, case .map(let meta) = structure["ServiceMeta"] else {
                continue
            }
            var parts: [String] = []
            for name in names { parts.append(try metaKey(String(name), meta)) }
            groups[parts.joined(separator: "_"), default: []].append(service)
        }
        return .map(
            Map(
                groups.mapValues { .list(List($0, type: serviceList)) }, type: .map(key: .string, element: serviceList))
        )
    }

    /// A part of `byMeta`'s keys; a name that ends in `|int` stands for a number, written with five digits.
    private static func metaKey(_ name: String, _ meta: Map) throws(FunctionError) -> String {
        let isNumber = name.hasSuffix("|int")
        let key = isNumber ? String(name.dropLast(4)) : name
        var text = meta[key]?.text ?? ""
        if text.isEmpty { text = isNumber ? "0" : "_no_\(key)_" }
        if isNumber {
            let number: Int64
            do {
                number = try NumberText.int(GoString(text), nil, name: "Atoi")
            } catch {
                throw FunctionError("cannot parse \(text) as number : \(error.message)")
            }
            text = GoFormat.format("%05d", .int64(number))
        }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar {
                    case "a"..."z", "A"..."Z", "0"..."9", "_", "-": scalar
                    default: "_"
                    }
                }))
    }
}

/// Maps in maps, made of keys with slashes.
enum Exploded {
    /// Puts `value` where `path` leads in `tree`.
    static func put(
        _ value: Value, at path: [UInt8], in tree: Map, function: String
    ) throws(FunctionError) {
        var tree = tree
        var rest = path
        var depth = 0
        while let (top, next) = Octets.cut(rest, at: [0x2F]) {
            depth += 1
            guard depth < ResultLimit.depth else {
                throw FunctionError("\(function): more than \(ResultLimit.depth) levels")
            }
            switch tree[top] {
            case nil:
                let inner = Map([:], isMutable: true)
                tree.set(.string(top), to: .map(inner))
                tree = inner
            case .map(let inner)? where inner.type == .stringMap && inner.isMutable: tree = inner
            case .map(let inner)? where inner.type == .stringMap:
                let copy = Map(Array(zip(inner.entries.keys, inner.entries.values)), isMutable: true)
                tree.set(.string(top), to: .map(copy))
                tree = copy
            case let other?:
                throw FunctionError(
                    "\(function): not a map: \(GoFormat.quote(rest).text): \(GoFormat.quote(top).text) already has value "
                        + GoFormat.format("%q", other))
            }
            rest = next
        }
        if !rest.isEmpty { tree.set(.string(rest), to: value) }
    }
}
