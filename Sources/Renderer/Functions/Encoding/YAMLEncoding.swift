internal import Template
internal import Yams

/// Values as the yaml.v2 package writes them.
///
/// Both it and this write by libyaml's rules; which style a scalar asks for is yaml.v2's choice.
enum YAMLEncoding {
    /// The text of `value`.
    static func octets(of value: Value) throws(FunctionError) -> [UInt8] {
        var budget = ResultLimit.elements
        let node = try node(value, depth: 0, &budget)
        do {
            return Array(try Yams.serialize(node: node, allowUnicode: true).utf8)
        } catch {
            throw FunctionError("yaml: \(error)")
        }
    }

    private static func plain(_ text: String) -> Yams.Node { .scalar(.init(text, Tag(.str), .plain)) }

    private static func node(_ value: Value, depth: Int, _ budget: inout Int) throws(FunctionError) -> Yams.Node {
        budget -= 1
        guard depth < ResultLimit.depth, budget > 0 else { throw FunctionError("yaml: too much to write") }
        switch value {
        case .null, .nilPointer: return plain("null")
        case .bool(let value): return plain(value ? "true" : "false")
        case .integer(let integer):
            return plain(integer.kind.isSigned ? String(integer.signed) : String(integer.bits))
        case .float(let value): return plain(text(of: value))
        case .float32(let value): return plain(text(of: Double(value.description) ?? .nan))
        case .string(let octets): return scalar(octets)
        case .named(let named): return try node(named.value, depth: depth, &budget)
        case .bytes(let octets):
            return .sequence(.init(octets.map { plain(String($0)) }, Tag(.seq), .block))
        case .list(let list):
            var items: [Yams.Node] = []
            for item in list.items { items.append(try node(item, depth: depth + 1, &budget)) }
            return .sequence(.init(items, Tag(.seq), .block))
        case .map(let map):
            let entries = map.entries
            let ordered = zip(entries.keys, entries.values).sorted { NaturalOrder.isBefore($0.0, $1.0) }
            var pairs: [(Yams.Node, Yams.Node)] = []
            for (key, item) in ordered {
                pairs.append(
                    (try node(key, depth: depth + 1, &budget), try node(item, depth: depth + 1, &budget)))
            }
            return .mapping(.init(pairs, Tag(.map), .block))
        case .structure(let structure), .pointer(let structure):
            var pairs: [(Yams.Node, Yams.Node)] = []
            for (field, item) in zip(structure.type.fields, structure.fields) {
                pairs.append((scalar(Array(field.name.lowercased().utf8)), try node(item, depth: depth + 1, &budget)))
            }
            return .mapping(.init(pairs, Tag(.map), .block))
        case .complex, .channel, .function: throw FunctionError("cannot marshal type: \(value.typeName)")
        }
    }

    private static func text(of value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        return GoFormat.text(of: value)
    }

    private static func scalar(_ octets: [UInt8]) -> Yams.Node {
        guard let text = String(validating: octets, as: UTF8.self) else {
            return .scalar(.init(BaseEncoding.base64.encode(octets).text, Tag("!!binary"), .plain))
        }
        let style: Yams.Node.Scalar.Style =
            text.utf8.contains(0x0A) ? .literal : YAMLScalar.needsQuotes(text) ? .doubleQuoted : .plain
        return .scalar(.init(text, Tag(.str), style))
    }
}

/// The order in which yaml.v2 writes the keys of a map: numbers within texts count as numbers, so `k9` comes before `k10`.
enum NaturalOrder {
    static func isBefore(_ left: Value, _ right: Value) -> Bool {
        if let left = number(left), let right = number(right) { return left < right }
        guard let left = left.octets, let right = right.octets else { return rank(left) < rank(right) }
        return isBefore(Octets.runes(left), Octets.runes(right))
    }

    private static func rank(_ value: Value) -> Int { value.octets == nil ? 0 : 1 }

    private static func number(_ value: Value) -> Double? {
        switch value.core {
        case .integer(let integer): integer.kind.isSigned ? Double(integer.signed) : Double(integer.bits)
        case .float(let value): value
        case .bool(let value): value ? 1 : 0
        default: nil
        }
    }

    private static func isBefore(_ left: [UInt32], _ right: [UInt32]) -> Bool {
        var isInDigits = false
        for index in 0..<min(left.count, right.count) {
            if left[index] == right[index] {
                isInDigits = LetterCase.isDigit(left[index])
                continue
            }
            let (isLeftLetter, isRightLetter) = (LetterCase.isLetter(left[index]), LetterCase.isLetter(right[index]))
            if isLeftLetter && isRightLetter { return left[index] < right[index] }
            if isLeftLetter || isRightLetter { return isInDigits ? isLeftLetter : isRightLetter }
            return isBeforeInDigits(left, right, index)
        }
        return left.count < right.count
    }

    /// The order of texts that differ at `index`, where neither has a letter.
    private static func isBeforeInDigits(_ left: [UInt32], _ right: [UInt32], _ index: Int) -> Bool {
        var leftNumber: UInt64 = 0
        var rightNumber: UInt64 = 0
        if left[index] == 0x30 || right[index] == 0x30 {
            var start = index - 1
            while start >= 0, LetterCase.isDigit(left[start]) {
                if left[start] != 0x30 {
                    (leftNumber, rightNumber) = (1, 1)
                    break
                }
                start -= 1
            }
        }
        func run(_ runes: [UInt32], _ number: inout UInt64) -> Int {
            var end = index
            while end < runes.count, LetterCase.isDigit(runes[end]) {
                number = number &* 10 &+ UInt64(runes[end] &- 0x30)
                end += 1
            }
            return end
        }
        let leftEnd = run(left, &leftNumber)
        let rightEnd = run(right, &rightNumber)
        if leftNumber != rightNumber { return leftNumber < rightNumber }
        if leftEnd != rightEnd { return leftEnd < rightEnd }
        return left[index] < right[index]
    }
}
