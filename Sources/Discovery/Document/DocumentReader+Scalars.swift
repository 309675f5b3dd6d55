public import Routing

extension DocumentReader {
    /// Text that is not empty.
    public func string(_ node: DocumentNode?, _ what: String) -> String? {
        guard let node else { return nil }
        guard let text = node.scalar, !text.isEmpty else {
            report("\(what) is a text that is not empty", at: node)
            return nil
        }
        return text
    }

    /// A list of texts; a lone text counts as a list of one.
    public func strings(_ node: DocumentNode?, _ what: String) -> [String] {
        guard let node else { return [] }
        if case .scalar = node.content { return string(node, what).map { [$0] } ?? [] }
        return items(of: node, in: what).compactMap { string($0, "an item of \(what)") }
    }

    /// A whole number within `range`.
    public func integer(_ node: DocumentNode?, _ what: String, in range: ClosedRange<Int>) -> Int? {
        guard let node else { return nil }
        guard let number = decimal(node.scalar ?? "", in: range) else {
            let top = range.upperBound == Int.max ? "up" : "to \(range.upperBound)"
            report("\(what) is \(quoted(node)): it is a whole number from \(range.lowerBound) \(top)", at: node)
            return nil
        }
        return number
    }

    /// `true` or `false`.
    public func boolean(_ node: DocumentNode?, _ what: String) -> Bool? {
        guard let node else { return nil }
        switch node.content {
        case .scalar("true", isQuoted: false): return true
        case .scalar("false", isQuoted: false): return false
        default:
            report("\(what) is \(quoted(node)): it is true or false", at: node)
            return nil
        }
    }

    /// A duration in milliseconds: `500ms`, `2s`, `5m`, `1h`, and `0` for none.
    public func milliseconds(_ node: DocumentNode?, _ what: String) -> UInt32? {
        guard let node else { return nil }
        let text = node.scalar ?? ""
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factors = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000]
        let unit = String(text.dropFirst(digits.count))
        if let number = decimal(digits, in: 0...Int(UInt32.max)), let factor = number == 0 ? 1 : factors[unit],
            let value = UInt32(exactly: number * factor), unit.isEmpty || factors[unit] != nil
        {
            return value
        }
        report("\(what) is \(quoted(node)): it is a duration such as 500ms, 2s, 5m or 1h, up to 1000h", at: node)
        return nil
    }

    /// A number of octets: `65536`, `32k`, `10M`, `1G` (powers of 1024); `unlimited` is nil inside.
    public func octets(_ node: DocumentNode?, _ what: String) -> Int64?? {
        guard let node else { return nil }
        let text = node.scalar ?? ""
        if text == "unlimited" { return .some(nil) }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let factors = ["": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40]
        var unit = text.dropFirst(digits.count).lowercased()
        for suffix in ["ib", "b"] where unit.hasSuffix(suffix) && unit.count > suffix.count {
            unit.removeLast(suffix.count)
        }
        if let number = decimal(digits, in: 0...Int(Int32.max)), let factor = factors[unit] {
            return Int64(number) * Int64(factor)
        }
        report("\(what) is \(quoted(node)): it is a size such as 32k, 10M or 1G, or unlimited", at: node)
        return nil
    }

    /// A share from 0 to 1: `20%` or `12.5%`.
    public func fraction(_ node: DocumentNode?, _ what: String) -> Double? {
        guard let node else { return nil }
        let text = node.scalar ?? ""
        if text.hasSuffix("%"), let number = Double(text.dropLast()), (0...100).contains(number) {
            return number / 100
        }
        report("\(what) is \(quoted(node)): it is a share from 0% to 100%", at: node)
        return nil
    }

    /// One of the names of an enumeration.
    public func choice<Value: RawRepresentable & CaseIterable>(
        _ node: DocumentNode?, _ what: String, of type: Value.Type, later: [String] = []
    ) -> Value? where Value.RawValue == String {
        guard let node else { return nil }
        if let value = node.scalar.flatMap(Value.init(rawValue:)) { return value }
        let known = Value.allCases.map(\.rawValue)
        if let text = node.scalar, later.contains(text) {
            report("\(what) \"\(text)\" is not in this version yet: use \(known.joined(separator: ", "))", at: node)
        } else {
            let nearest = nearestName(to: node.scalar ?? "", among: known)
            let hint = nearest.map { "did you mean \"\($0)\"?" } ?? "it is one of \(known.joined(separator: ", "))"
            report("\(what) is \(quoted(node)): \(hint)", at: node)
        }
        return nil
    }

    /// Names and texts, in the document's order.
    public func pairs(_ node: DocumentNode?, _ what: String) -> [NameValue] {
        guard let node else { return [] }
        return namedFields(of: node, in: what).compactMap { field in
            guard let text = field.value.scalar else {
                report("\(field.name) in \(what) is \(quoted(field.value)): it is a text", at: field.value)
                return nil
            }
            return NameValue(name: field.name, value: text)
        }
    }

    /// What stands at `node`, for messages.
    func quoted(_ node: DocumentNode) -> String {
        switch node.content {
        case .null: "empty"
        case .scalar(let text, _): "\"\(text)\""
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}
