internal import Template

/// Values as Go's encoding/json writes them.
struct JSONEncoding {
    private let escapesHTML: Bool
    private let indent: [UInt8]?
    private var output: [UInt8] = []
    private var depth = 0

    /// The text of `value`, over several lines when there is an `indent`.
    static func octets(of value: Value, escapesHTML: Bool, indent: String? = nil) throws(FunctionError) -> [UInt8] {
        var writer = JSONEncoding(escapesHTML: escapesHTML, indent: indent)
        try writer.write(value)
        return writer.output
    }

    private init(escapesHTML: Bool, indent: String?) {
        self.escapesHTML = escapesHTML
        self.indent = indent.map { Array($0.utf8) }
    }

    private mutating func write(_ value: Value) throws(FunctionError) {
        try ResultLimit.check(octets: output.count)
        switch value {
        case .null, .nilPointer: output += "null".utf8
        case .bool(let value): output += (value ? "true" : "false").utf8
        case .integer(let integer):
            output += (integer.kind.isSigned ? String(integer.signed) : String(integer.bits)).utf8
        case .float(let value): try write(value)
        case .float32(let value): try write(float32: value)
        case .string(let octets): write(octets)
        case .bytes(let octets): write(BaseEncoding.base64.encode(octets))
        case .list(let list):
            if list.isNil { output += "null".utf8 } else { try write(list) }
        case .map(let map): try write(map)
        case .structure(let structure), .pointer(let structure): try write(structure)
        case .named(let named): try write(named.value)
        case .complex, .channel, .function: throw FunctionError("json: unsupported type: \(value.typeName)")
        }
    }

    private mutating func write(_ value: Double) throws(FunctionError) {
        guard value.isFinite else {
            throw FunctionError("json: unsupported value: \(GoFormat.text(of: value))")
        }
        output += Self.text(of: value, GoFormat.text(of: value, form: "f"), GoFormat.text(of: value, form: "e")).utf8
    }

    private mutating func write(float32 value: Float) throws(FunctionError) {
        guard value.isFinite, let double = Double(value.description) else {
            throw FunctionError("json: unsupported value: \(GoFormat.text(of: Double(value)))")
        }
        try write(double)
    }

    /// The plain form, or that with an exponent for what is very small or large.
    private static func text(of value: Double, _ plain: String, _ exponential: String) -> String {
        guard value != 0, value.magnitude < 1e-6 || value.magnitude >= 1e21 else { return plain }
        // e-09 becomes e-9.
        guard exponential.dropLast(1).hasSuffix("e-0"), let digit = exponential.last else { return exponential }
        return exponential.dropLast(2) + String(digit)
    }

    private mutating func write(_ octets: [UInt8]) {
        let digits = Array("0123456789abcdef".utf8)
        output.append(0x22)
        var index = 0
        while index < octets.count {
            let octet = octets[index]
            switch octet {
            case 0x22, 0x5C: output += [0x5C, octet]
            case 0x08: output += #"\b"#.utf8
            case 0x0C: output += #"\f"#.utf8
            case 0x0A: output += #"\n"#.utf8
            case 0x0D: output += #"\r"#.utf8
            case 0x09: output += #"\t"#.utf8
            case 0..<0x20: output += Array(#"\u00"#.utf8) + [digits[Int(octet >> 4)], digits[Int(octet & 15)]]
            case 0x3C, 0x3E, 0x26:
                if escapesHTML {
                    output += Array(#"\u00"#.utf8) + [digits[Int(octet >> 4)], digits[Int(octet & 15)]]
                } else {
                    output.append(octet)
                }
            case 0x80...:
                let (rune, width) = Octets.decode(octets, at: index)
                switch (rune, width) {
                case (0xFFFD, 1): output += #"\ufffd"#.utf8
                case (0x2028, _): output += #"\u2028"#.utf8
                case (0x2029, _): output += #"\u2029"#.utf8
                default: output += octets[index..<index + width]
                }
                index += width - 1
            default: output.append(octet)
            }
            index += 1
        }
        output.append(0x22)
    }

    /// One level deeper: the elements between `open` and `close`.
    private mutating func nest<Element>(
        _ open: UInt8, _ elements: some Collection<Element>, _ close: UInt8,
        _ body: (inout JSONEncoding, Element) throws(FunctionError) -> Void
    ) throws(FunctionError) {
        guard depth < ResultLimit.depth else { throw FunctionError("json: more than \(ResultLimit.depth) levels") }
        output.append(open)
        depth += 1
        var isFirst = true
        for element in elements {
            if !isFirst { output.append(0x2C) }
            isFirst = false
            newLine()
            try body(&self, element)
        }
        depth -= 1
        if !isFirst { newLine() }
        output.append(close)
    }

    private mutating func newLine() {
        guard let indent else { return }
        output.append(0x0A)
        for _ in 0..<depth { output += indent }
    }

    private mutating func name(_ octets: [UInt8]) {
        write(octets)
        output += indent == nil ? [0x3A] : [0x3A, 0x20]
    }

    private mutating func write(_ list: List) throws(FunctionError) {
        try nest(0x5B, list.items, 0x5D) { writer, item throws(FunctionError) in try writer.write(item) }
    }

    private mutating func write(_ map: Map) throws(FunctionError) {
        switch map.key.underlying {
        case .string, .integer: break
        default: throw FunctionError("json: unsupported type: \(map.type)")
        }
        if map.isNil {
            output += "null".utf8
            return
        }
        let entries = map.entries
        var members = zip(entries.keys, entries.values).map { (name: GoFormat.text(of: $0.core), value: $1) }
        if map.key.underlying != .string { members.sort { Octets.isBefore($0.name, $1.name) } }
        try nest(0x7B, members, 0x7D) { writer, member throws(FunctionError) in
            writer.name(member.name)
            try writer.write(member.value)
        }
    }

    private mutating func write(_ structure: Structure) throws(FunctionError) {
        let members = zip(structure.type.fields, structure.fields).filter { field, _ in
            field.name.unicodeScalars.first?.properties.generalCategory == .uppercaseLetter
        }
        try nest(0x7B, members, 0x7D) { writer, member throws(FunctionError) in
            writer.name(Array(member.0.name.utf8))
            try writer.write(member.1)
        }
    }
}
