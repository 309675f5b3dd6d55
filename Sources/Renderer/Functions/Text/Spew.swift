internal import Template

/// Values with all of their types, as the go-spew package prints them for people who look for a mistake.
enum Spew {
    /// Each value over several lines.
    static func dump(_ values: [Value]) -> [UInt8] {
        var text = ""
        for value in values {
            dump(value, depth: 0, to: &text)
            text += "\n"
        }
        return Array(text.utf8)
    }

    private static func dump(_ value: Value, depth: Int, to text: inout String) {
        guard text.utf8.count < ResultLimit.octets, depth < ResultLimit.depth else { return }
        let type = "(\(value.type.map(\.description) ?? "interface {}"))"
        switch value {
        case .null: text += "\(type) <nil>"
        case .nilPointer(let structure): text += "(*\(structure.name))(<nil>)"
        case .string(let octets): text += "\(type) (len=\(octets.count)) \(GoFormat.quote(octets).text)"
        case .bytes(let octets): text += "\(type) (len=\(octets.count) cap=\(octets.count)) \(Hex.text(octets))"
        case .list(let list):
            guard !list.isNil else {
                text += "\(type) <nil>"
                return
            }
            text += "\(type) \(list.count > 0 ? "(len=\(list.count) cap=\(list.capacity)) " : "")"
            block(list.items.map { ("", $0) }, depth: depth, to: &text)
        case .map(let map):
            guard !map.isNil else {
                text += "\(type) <nil>"
                return
            }
            let entries = map.entries
            text += "\(type) \(entries.count > 0 ? "(len=\(entries.count)) " : "")"
            let members = zip(entries.keys, entries.values).map { key, value in
                var name = ""
                dump(key, depth: depth + 1, to: &name)
                return (name + ": ", value)
            }
            block(members, depth: depth, to: &text)
        case .structure(let structure):
            text += "\(type) "
            block(zip(structure.type.fields, structure.fields).map { ($0.name + ": ", $1) }, depth: depth, to: &text)
        case .pointer(let structure):
            text += "\(type)(0xc000010000)("
            block(zip(structure.type.fields, structure.fields).map { ($0.name + ": ", $1) }, depth: depth, to: &text)
            text += ")"
        case .named(let named):
            if let octets = named.value.octets {
                text += "\(type) (len=\(octets.count)) \(GoFormat.quote(octets).text)"
            } else {
                text += "\(type) \(GoFormat.format("%v", value))"
            }
        default: text += "\(type) \(GoFormat.format("%v", value))"
        }
    }

    private static func block(_ members: [(name: String, value: Value)], depth: Int, to text: inout String) {
        text += "{\n"
        for (place, member) in members.enumerated() {
            text += String(repeating: " ", count: depth + 1) + member.name
            dump(member.value, depth: depth + 1, to: &text)
            text += place + 1 < members.count ? ",\n" : "\n"
        }
        text += String(repeating: " ", count: depth) + "}"
    }

    /// Like Go's Sprintf, with types where the format says `%#v`.
    static func format(_ format: [UInt8], _ values: [Value]) -> [UInt8] {
        var rest = format[...]
        var plain: [UInt8] = []
        var used: [Value] = []
        var place = 0
        while let octet = rest.first {
            if octet == 0x25 {
                let verb = rest.prefix(3)
                if verb.elementsEqual("%#v".utf8) || verb.elementsEqual("%#+".utf8), place < values.count {
                    plain += "%s".utf8
                    used.append(.string(inline(values[place])))
                    rest = rest.dropFirst(verb.elementsEqual("%#+".utf8) ? 4 : 3)
                    place += 1
                    continue
                }
                if let next = rest.dropFirst().first, next != 0x25, place < values.count {
                    used.append(values[place])
                    place += 1
                } else if rest.dropFirst().first == 0x25 {
                    plain.append(octet)
                    rest = rest.dropFirst()
                }
            }
            plain.append(rest.first ?? 0x25)
            rest = rest.dropFirst()
        }
        return GoFormat.format(plain, used + values.dropFirst(place))
    }

    private static func inline(_ value: Value) -> String {
        switch value {
        case .null: return "(interface {})<nil>"
        case .list(let list):
            return "(\(value.typeName))[\(list.items.map(inline).joined(separator: " "))]"
        case .map(let map):
            let entries = map.entries
            let members = zip(entries.keys, entries.values).map { "\(GoFormat.format("%v", $0)):\(inline($1))" }
            return "(\(value.typeName))map[\(members.joined(separator: " "))]"
        default: return "(\(value.typeName))\(GoFormat.format("%v", value))"
        }
    }
}
