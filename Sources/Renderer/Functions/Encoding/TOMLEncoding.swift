internal import Template

/// Values as the TOML package that consul-template uses writes them.
struct TOMLEncoding {
    private var output: [UInt8] = []

    /// The text of `value`: tables for maps in it, one line for all else.
    static func octets(of value: Value) throws(FunctionError) -> [UInt8] {
        var writer = TOMLEncoding()
        try writer.encode(value, at: [])
        return writer.output
    }

    private init() {}

    private mutating func encode(_ value: Value, at key: [[UInt8]]) throws(FunctionError) {
        try check(depth: key.count)
        switch value {
        case .null: return
        case .nilPointer: return
        case .map(let map):
            if !map.isNil { try table(.map(map), at: key) }
        case .structure, .pointer: try table(value, at: key)
        case .list(let list):
            if try isTableList(list) {
                try tables(list, at: key)
            } else {
                try assign(value, at: key)
            }
        default: try assign(value, at: key)
        }
    }

    private func check(depth: Int) throws(FunctionError) {
        try ResultLimit.check(octets: output.count)
        guard depth < ResultLimit.depth else { throw FunctionError("toml: more than \(ResultLimit.depth) levels") }
    }

    private mutating func newLine() {
        if !output.isEmpty { output.append(0x0A) }
    }

    private mutating func indent(_ key: [[UInt8]]) {
        for _ in 0..<max(key.count - 1, 0) { output += "  ".utf8 }
    }

    private mutating func assign(_ value: Value, at key: [[UInt8]]) throws(FunctionError) {
        guard let name = key.last else { return try element(value) }
        indent(key)
        output += Self.quotedIfNeeded(name) + Array(" = ".utf8)
        try element(value)
        output.append(0x0A)
    }

    private mutating func table(_ value: Value, at key: [[UInt8]]) throws(FunctionError) {
        if key.count == 1 { newLine() }
        if !key.isEmpty {
            indent(key)
            output += [0x5B] + Self.text(key) + [0x5D]
            output.append(0x0A)
        }
        try members(of: value, at: key)
    }

    private mutating func tables(_ list: List, at key: [[UInt8]]) throws(FunctionError) {
        guard !key.isEmpty else { throw FunctionError("toml: top-level values must be Go maps or structs") }
        for item in list.items where !item.isNil {
            newLine()
            indent(key)
            output += Array("[[".utf8) + Self.text(key) + Array("]]".utf8)
            output.append(0x0A)
            try members(of: item, at: key)
        }
    }

    /// First what fits on a line, then the tables.
    private mutating func members(of value: Value, at key: [[UInt8]]) throws(FunctionError) {
        let members = try Self.members(of: value)
        var later: [(name: [UInt8], value: Value)] = []
        for member in members where !Self.isLeftOut(member.value) {
            if try isTable(member.value) {
                later.append(member)
            } else {
                try encode(member.value, at: key + [member.name])
            }
        }
        for member in later { try encode(member.value, at: key + [member.name]) }
    }

    private static func isLeftOut(_ value: Value) -> Bool {
        if case .list(let list) = value { list.isNil } else { value.isNil }
    }

    private static func members(of value: Value) throws(FunctionError) -> [(name: [UInt8], value: Value)] {
        switch value {
        case .map(let map):
            guard map.key.underlying == .string else {
                throw FunctionError("toml: cannot encode a map with non-string key type")
            }
            let entries = map.entries
            return zip(entries.keys, entries.values).map { ($0.octets ?? [], $1) }
        case .structure(let structure), .pointer(let structure):
            return zip(structure.type.fields, structure.fields).map { (Array($0.name.utf8), $1) }
        default: return []
        }
    }

    private func isTable(_ value: Value) throws(FunctionError) -> Bool {
        switch value {
        case .map, .structure, .pointer: true
        case .list(let list): try isTableList(list)
        default: false
        }
    }

    private func isTableList(_ list: List) throws(FunctionError) -> Bool {
        var isAllTables = list.count > 0
        for item in list.items {
            switch item {
            case .null, .nilPointer: throw FunctionError("toml: cannot encode array with nil element")
            case .map, .structure, .pointer: break
            default: isAllTables = false
            }
        }
        return isAllTables
    }

    private mutating func element(_ value: Value, depth: Int = 0) throws(FunctionError) {
        try check(depth: depth)
        switch value {
        case .string(let octets): output += Self.quoted(octets)
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .integer(let integer):
            output += (integer.kind.isSigned ? String(integer.signed) : String(integer.bits)).utf8
        case .float(let value): output += Self.text(of: value).utf8
        case .float32(let value): output += Self.text(of: Double(value.description) ?? .nan).utf8
        case .named(let named): try element(named.value, depth: depth)
        case .list(let list):
            output.append(0x5B)
            for (place, item) in list.items.enumerated() {
                if place > 0 { output += ", ".utf8 }
                try element(item, depth: depth + 1)
            }
            output.append(0x5D)
        case .map, .structure, .pointer:
            output.append(0x7B)
            let members = try Self.members(of: value).filter { !Self.isLeftOut($0.value) }
            for (place, member) in members.enumerated() {
                if place > 0 { output += ", ".utf8 }
                output += Self.quotedIfNeeded(member.name) + Array(" = ".utf8)
                try element(member.value, depth: depth + 1)
            }
            output.append(0x7D)
        default: throw FunctionError("toml: unsupported type: \(value.typeName)")
        }
    }

    private static func text(of value: Double) -> String {
        if value.isNaN { return "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        let text = GoFormat.text(of: value)
        return text.contains { $0 == "e" || $0 == "." } ? text : text + ".0"
    }

    private static func text(_ key: [[UInt8]]) -> [UInt8] {
        Octets.join(key.map(quotedIfNeeded), [0x2E])
    }

    private static func quotedIfNeeded(_ name: [UInt8]) -> [UInt8] {
        let isBare = name.allSatisfy { octet in
            switch octet {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
            default: false
            }
        }
        return isBare && !name.isEmpty ? name : quoted(name)
    }

    private static func quoted(_ octets: [UInt8]) -> [UInt8] {
        var result: [UInt8] = [0x22]
        for octet in octets {
            switch octet {
            case 0x22, 0x5C: result += [0x5C, octet]
            case 0x09: result += #"\t"#.utf8
            case 0x0A: result += #"\n"#.utf8
            case 0x0D: result += #"\r"#.utf8
            case 0x08: result += #"\b"#.utf8
            case 0x0C: result += #"\f"#.utf8
            case 0..<0x20, 0x7F: result += (#"\u00"# + Hex.text([octet])).utf8
            default: result.append(octet)
            }
        }
        return result + [0x22]
    }
}
