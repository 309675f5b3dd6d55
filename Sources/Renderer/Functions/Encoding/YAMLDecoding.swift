internal import Template
internal import Yams

/// YAML as the yaml.v2 package reads it into an `interface {}`: YAML 1.1, whole numbers as int, and maps of anything.
struct YAMLDecoding {
    private static let mapType = GoType.map(key: .any, element: .any)
    private var budget = ResultLimit.elements

    /// The value that `text` holds.
    static func value(_ text: String) throws(FunctionError) -> Value {
        guard let root = try YAMLComposition.root(of: text) else { return .null }
        var decoding = YAMLDecoding()
        return try decoding.value(root, depth: 0)
    }

    private mutating func value(_ node: Yams.Node, depth: Int) throws(FunctionError) -> Value {
        budget -= 1
        guard depth < ResultLimit.depth, budget > 0 else {
            throw FunctionError("yaml: document contains excessive aliasing")
        }
        switch node {
        case .scalar(let scalar): return try value(scalar)
        case .sequence(let sequence):
            var items: [Value] = []
            for item in sequence { items.append(try value(item, depth: depth + 1)) }
            return .list(items)
        case .mapping(let mapping): return try value(mapping, depth: depth)
        case .alias: return .null
        }
    }

    private func value(_ scalar: Yams.Node.Scalar) throws(FunctionError) -> Value {
        let isPlain = scalar.style == .plain || scalar.style == .any
        switch scalar.tag.description {
        case "tag:yaml.org,2002:str", "!": return .string(scalar.string)
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null":
            return YAMLScalar.value(scalar.string) ?? .string(scalar.string)
        case "tag:yaml.org,2002:float":
            let value = YAMLScalar.value(scalar.string) ?? .string(scalar.string)
            return value.integer.map { .float($0.kind.isSigned ? Double($0.signed) : Double($0.bits)) } ?? value
        case "tag:yaml.org,2002:binary":
            let octets = Array(scalar.string.utf8.filter { $0 != 0x20 })
            return .string(try BaseEncoding.base64.decode(octets))
        default: return isPlain ? YAMLScalar.value(scalar.string) ?? .string(scalar.string) : .string(scalar.string)
        }
    }

    private mutating func value(_ mapping: Yams.Node.Mapping, depth: Int) throws(FunctionError) -> Value {
        var entries: [(key: Value, value: Value)] = []
        var merged: [(key: Value, value: Value)] = []
        for (key, item) in mapping where !YAMLComposition.isReplaced(key) {
            let content = try value(item, depth: depth + 1)
            if case .scalar(let scalar) = key, scalar.string == "<<", scalar.style == .plain || scalar.style == .any {
                merged += try merge(content)
                continue
            }
            let name = try value(key, depth: depth + 1)
            guard name.type.map(\.isComparable) ?? true else {
                throw FunctionError("yaml: invalid map key: \(GoFormat.format("%#v", name))")
            }
            entries.append((name, content))
        }
        return .map(Map(merged + entries, type: Self.mapType))
    }

    /// What `<<` adds: a map's entries, or those of several, of which the first ones count.
    private func merge(_ value: Value) throws(FunctionError) -> [(key: Value, value: Value)] {
        switch value {
        case .map(let map): return Array(zip(map.entries.keys, map.entries.values))
        case .list(let list):
            var result: [(key: Value, value: Value)] = []
            for item in list.items.reversed() { result += try merge(item) }
            return result
        default: throw FunctionError("yaml: map merge requires map or sequence of maps as the value")
        }
    }
}
