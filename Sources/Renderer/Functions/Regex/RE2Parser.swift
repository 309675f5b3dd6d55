internal import Template

/// Reads regular expressions of Go's regexp package, with its words for what is wrong.
///
/// There is no looking around and no reference back in that language: its texts refuse them.
struct RE2Parser {
    /// Parentheses within one another.
    private static let depth = 200
    /// The most that a part may be repeated by a number.
    private static let repetition = 1000

    private let pattern: [UInt8]
    private var index = 0
    private var flags = Flags()
    private var depth = 0
    private(set) var groupCount = 0
    private(set) var names: [(name: String, group: Int)] = []

    struct Flags {
        var folds = false
        var isMultiline = false
        var dotTakesLineFeed = false
        var isLazy = false
    }

    init(_ pattern: [UInt8]) { self.pattern = pattern }

    /// The whole expression.
    mutating func parse() throws(FunctionError) -> RE2Node {
        if String(validating: pattern, as: UTF8.self) == nil { throw failure("invalid UTF-8", pattern) }
        let node = try choice()
        if current != nil { throw failure("unexpected )", pattern) }
        return node
    }

    private var current: UInt8? { index < pattern.count ? pattern[index] : nil }

    private func failure(_ text: String, _ part: some Sequence<UInt8>) -> FunctionError {
        FunctionError("error parsing regexp: \(text): `\(String(decoding: Array(part), as: UTF8.self))`")
    }

    private mutating func rune() -> UInt32 {
        let (rune, width) = Octets.decode(pattern, at: index)
        index += width
        return rune
    }

    private mutating func choice() throws(FunctionError) -> RE2Node {
        var branches: [RE2Node] = []
        while true {
            branches.append(try sequence())
            guard current == 0x7C else { break }
            index += 1
        }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(FunctionError) -> RE2Node {
        var nodes: [RE2Node] = []
        var repeatStart: Int?
        while let octet = current, octet != 0x7C, octet != 0x29 {
            let start = index
            if let bounds = try bounds() {
                var isLazy = flags.isLazy
                if current == 0x3F {
                    index += 1
                    isLazy.toggle()
                }
                guard let node = nodes.popLast() else {
                    throw failure("missing argument to repetition operator", pattern[start..<index])
                }
                if let repeatStart { throw failure("invalid nested repetition operator", pattern[repeatStart..<index]) }
                let repeated = RE2Node.repeated(node, least: bounds.least, most: bounds.most, isLazy: isLazy)
                if bounds.isCounted, repeated.repetition > Self.repetition {
                    throw failure("invalid repeat count", pattern[start..<index])
                }
                nodes.append(repeated)
                repeatStart = start
                continue
            }
            repeatStart = nil
            if octet == 0x5C, pattern[index...].starts(with: #"\Q"#.utf8) {
                quoted(into: &nodes)
            } else if octet == 0x28 {
                if let group = try group() { nodes.append(group) }
            } else {
                nodes.append(try atom())
            }
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    /// `\Q` to `\E`.
    private mutating func quoted(into nodes: inout [RE2Node]) {
        index += 2
        while index < pattern.count, !pattern[index...].starts(with: #"\E"#.utf8) {
            nodes.append(.literal(rune(), folds: flags.folds))
        }
        index = min(index + 2, pattern.count)
    }

    /// `*`, `+`, `?` or `{n,m}`; nil when none is next.
    private mutating func bounds() throws(FunctionError) -> (least: Int, most: Int?, isCounted: Bool)? {
        switch current {
        case 0x2A:
            index += 1
            return (0, nil, false)
        case 0x2B:
            index += 1
            return (1, nil, false)
        case 0x3F:
            index += 1
            return (0, 1, false)
        case 0x7B: return try counts()
        default: return nil
        }
    }

    private mutating func counts() throws(FunctionError) -> (least: Int, most: Int?, isCounted: Bool)? {
        let start = index
        index += 1
        guard let least = number() else {
            index = start
            return nil
        }
        var most: Int? = least
        if current == 0x2C {
            index += 1
            most = nil
            if current != 0x7D {
                guard let value = number() else {
                    index = start
                    return nil
                }
                most = value
            }
        }
        guard current == 0x7D else {
            index = start
            return nil
        }
        index += 1
        if least > Self.repetition || most.map({ $0 > Self.repetition || $0 < least }) ?? false {
            throw failure("invalid repeat count", pattern[start..<index])
        }
        return (least, most, true)
    }

    /// Decimal digits without needless zeros.
    private mutating func number() -> Int? {
        let digits = pattern[index...].prefix { $0 &- 0x30 < 10 }
        guard let first = digits.first, digits.count == 1 || first != 0x30 else { return nil }
        index += digits.count
        return Int(String(decoding: digits.prefix(9), as: UTF8.self))
    }

    /// What parentheses enclose; nil for flags alone.
    private mutating func group() throws(FunctionError) -> RE2Node? {
        let start = index
        let outer = flags
        index += 1
        var isCapturing = true
        if current == 0x3F {
            if let name = try captureName() {
                names.append((name, groupCount + 1))
            } else {
                isCapturing = false
                index = start
                if try perlFlags() { return nil }
            }
        }
        if isCapturing { groupCount += 1 }
        depth += 1
        guard depth <= Self.depth else { throw failure("expression nests too deeply", pattern) }
        let content = try choice()
        depth -= 1
        guard current == 0x29 else { throw failure("missing closing )", pattern) }
        index += 1
        flags = outer
        return isCapturing ? .group(content) : .sequence([content])
    }

    /// The name in `?P<name>` or `?<name>`; nil when it is neither.
    private mutating func captureName() throws(FunctionError) -> String? {
        let start = index - 1
        let rest = pattern[index...]
        let head = rest.starts(with: "?P<".utf8) ? 3 : rest.starts(with: "?<".utf8) ? 2 : 0
        guard head > 0, rest.count > head else { return nil }
        guard let end = rest.firstIndex(of: 0x3E) else { throw failure("invalid named capture", pattern[start...]) }
        let name = pattern[(index + head)..<end]
        let isValid = name.allSatisfy { $0 == 0x5F || $0 &- 0x30 < 10 || ($0 | 0x20) &- 0x61 < 26 }
        guard isValid, !name.isEmpty else { throw failure("invalid named capture", pattern[start...end]) }
        index = end + 1
        return String(decoding: name, as: UTF8.self)
    }

    /// `(?flags)`, which is true, or `(?flags:`.
    private mutating func perlFlags() throws(FunctionError) -> Bool {
        let start = index
        index += 2
        var changed = flags
        var isOn = true
        var sawFlag = false
        loop: while current != nil {
            switch rune() {
            case 0x69: changed.folds = isOn
            case 0x6D: changed.isMultiline = isOn
            case 0x73: changed.dotTakesLineFeed = isOn
            case 0x55: changed.isLazy = isOn
            case 0x2D:
                guard isOn else { break loop }
                isOn = false
                sawFlag = false
                continue
            case 0x3A, 0x29:
                guard isOn || sawFlag else { break loop }
                flags = changed
                return pattern[index - 1] == 0x29
            default: break loop
            }
            sawFlag = true
        }
        if index == pattern.count, pattern.last.map({ "imsU-?".utf8.contains($0) }) ?? true {
            throw failure("missing closing )", pattern)
        }
        throw failure("invalid or unsupported Perl syntax", pattern[start..<index])
    }

    private mutating func atom() throws(FunctionError) -> RE2Node {
        switch current {
        case 0x5B: return try RE2Set.parse(pattern, &index, folds: flags.folds)
        case 0x2E:
            index += 1
            return .any(withLineFeed: flags.dotTakesLineFeed)
        case 0x5E:
            index += 1
            return .place(flags.isMultiline ? .lineStart : .textStart)
        case 0x24:
            index += 1
            return .place(flags.isMultiline ? .lineEnd : .textEnd)
        case 0x5C:
            if index + 1 < pattern.count {
                let places: [UInt8: RE2Node.Place] = [
                    0x41: .textStart, 0x7A: .textEnd, 0x62: .wordEdge, 0x42: .noWordEdge,
                ]
                if let place = places[pattern[index + 1]] {
                    index += 2
                    return .place(place)
                }
                if pattern[index + 1] == 0x43 { throw failure("invalid escape sequence", #"\C"#.utf8) }
                if let set = try RE2Set.perlClass(pattern, &index) { return .set(set, isNegated: false, folds: false) }
                if let set = try RE2Set.unicodeClass(pattern, &index) {
                    return .set(set, isNegated: false, folds: flags.folds)
                }
            }
            return .literal(try RE2Set.escape(pattern, &index), folds: flags.folds)
        default: return .literal(rune(), folds: flags.folds)
        }
    }
}
