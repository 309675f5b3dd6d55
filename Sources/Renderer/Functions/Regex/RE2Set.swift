internal import Template

/// Sets of code points and escapes in Go's regular expressions.
enum RE2Set {
    private static func failure(_ text: String, _ part: some Sequence<UInt8>) -> FunctionError {
        FunctionError("error parsing regexp: \(text): `\(String(decoding: Array(part), as: UTF8.self))`")
    }

    /// `\d` and its like, of ASCII, for PCRE2; nil when none is next.
    static func perlClass(_ pattern: [UInt8], _ index: inout Int) throws(FunctionError) -> String? {
        guard index + 1 < pattern.count, pattern[index] == 0x5C else { return nil }
        let set: String
        switch pattern[index + 1] {
        case 0x64: set = "0-9"
        case 0x44: set = complement([(0x30, 0x39)])
        case 0x73: set = "\\t\\n\\f\\r\\x20"
        case 0x53: set = complement([(0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20)])
        case 0x77: set = "0-9A-Za-z_"
        case 0x57: set = complement([(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)])
        default: return nil
        }
        index += 2
        return set
    }

    /// All code points but those in ranges of ASCII.
    private static func complement(_ ranges: [(UInt32, UInt32)]) -> String {
        var result = ""
        var next: UInt32 = 0
        for (low, high) in ranges {
            if low > next { result += RE2Node.escape(next) + "-" + RE2Node.escape(low - 1) }
            next = high + 1
        }
        return result + RE2Node.escape(next) + "-\\x{10ffff}"
    }

    /// `\p{Greek}` and its like for PCRE2; nil when none is next.
    static func unicodeClass(_ pattern: [UInt8], _ index: inout Int) throws(FunctionError) -> String? {
        guard index + 1 < pattern.count, pattern[index] == 0x5C, pattern[index + 1] | 0x20 == 0x70 else { return nil }
        let start = index
        var isNegated = pattern[index + 1] == 0x50
        guard index + 2 < pattern.count else { throw failure("invalid character class range", pattern[start...]) }
        var name: ArraySlice<UInt8>
        if pattern[index + 2] == 0x7B {
            guard let end = pattern[index...].firstIndex(of: 0x7D) else {
                throw failure("invalid character class range", pattern[start...])
            }
            name = pattern[(index + 3)..<end]
            index = end + 1
        } else {
            let width = Octets.decode(pattern, at: index + 2).width
            name = pattern[(index + 2)..<(index + 2 + width)]
            index += 2 + width
        }
        if name.first == 0x5E {
            isNegated.toggle()
            name = name.dropFirst()
        }
        let text = String(decoding: name, as: UTF8.self)
        if text == "Any" { return isNegated ? "\\P{Any}" : "\\x{0}-\\x{10ffff}" }
        let isName = name.allSatisfy { $0 == 0x5F || ($0 | 0x20) &- 0x61 < 26 } && !name.isEmpty
        guard isName, GoRegex.knowsProperty(text) else {
            throw failure("invalid character class range", pattern[start..<index])
        }
        return "\\\(isNegated ? "P" : "p"){\(text)}"
    }

    /// The code point that an escape stands for.
    static func escape(_ pattern: [UInt8], _ index: inout Int) throws(FunctionError) -> UInt32 {
        let start = index
        index += 1
        guard index < pattern.count else { throw failure("trailing backslash at end of expression", []) }
        let (rune, width) = Octets.decode(pattern, at: index)
        index += width
        switch rune {
        case 0x31...0x37 where index >= pattern.count || pattern[index] &- 0x30 > 7: break
        case 0x30...0x37:
            var value = rune - 0x30
            for _ in 0..<2 where index < pattern.count && pattern[index] &- 0x30 < 8 {
                value = value * 8 + UInt32(pattern[index] - 0x30)
                index += 1
            }
            return value
        case 0x78: if let value = hexadecimal(pattern, &index) { return value }
        case 0x61: return 0x07
        case 0x66: return 0x0C
        case 0x6E: return 0x0A
        case 0x72: return 0x0D
        case 0x74: return 0x09
        case 0x76: return 0x0B
        case 0..<0x80 where !LetterCase.isLetter(rune) && !LetterCase.isDigit(rune): return rune
        default: break
        }
        throw failure("invalid escape sequence", pattern[start..<index])
    }

    private static func hexadecimal(_ pattern: [UInt8], _ index: inout Int) -> UInt32? {
        guard index < pattern.count else { return nil }
        if pattern[index] == 0x7B {
            index += 1
            var value: UInt32 = 0
            var count = 0
            while index < pattern.count, let digit = Character(Unicode.Scalar(pattern[index])).hexDigitValue {
                value = value << 4 | UInt32(digit)
                count += 1
                index += 1
                if value > 0x10FFFF { return nil }
            }
            if index < pattern.count { index += 1 }
            guard count > 0, index <= pattern.count, pattern[index - 1] == 0x7D, Unicode.Scalar(value) != nil else {
                return nil
            }
            return value
        }
        var value: UInt32 = 0
        for _ in 0..<2 {
            guard index < pattern.count else { return nil }
            let octet = pattern[index]
            index += 1
            guard let digit = Character(Unicode.Scalar(octet)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    /// `[...]`.
    static func parse(_ pattern: [UInt8], _ index: inout Int, folds: Bool) throws(FunctionError) -> RE2Node {
        let start = index
        index += 1
        var isNegated = false
        if index < pattern.count, pattern[index] == 0x5E {
            isNegated = true
            index += 1
        }
        var members = ""
        var isFirst = true
        while index >= pattern.count || pattern[index] != 0x5D || isFirst {
            guard index < pattern.count else { throw failure("missing closing ]", pattern[start...]) }
            // A dash stands for itself at the beginning and the end only.
            if pattern[index] == 0x2D, !isFirst,
                index + 1 == pattern.count || pattern[index + 1] != 0x5D
            {
                let width = index + 1 < pattern.count ? Octets.decode(pattern, at: index + 1).width : 0
                throw failure("invalid character class range", pattern[index..<(index + 1 + width)])
            }
            isFirst = false
            if let set = try namedClass(pattern, &index) {
                members += set
                continue
            }
            let rangeStart = index
            let low = try member(pattern, &index, start)
            var high = low
            if index + 1 < pattern.count, pattern[index] == 0x2D, pattern[index + 1] != 0x5D {
                index += 1
                high = try member(pattern, &index, start)
                if high < low { throw failure("invalid character class range", pattern[rangeStart..<index]) }
            }
            members += low == high ? RE2Node.escape(low) : RE2Node.escape(low) + "-" + RE2Node.escape(high)
        }
        index += 1
        return .set(members, isNegated: isNegated, folds: folds)
    }

    /// A class with a name; nil when none is next.
    private static func namedClass(_ pattern: [UInt8], _ index: inout Int) throws(FunctionError) -> String? {
        if let set = try posixClass(pattern, &index) { return set }
        if let set = try unicodeClass(pattern, &index) { return set }
        return try perlClass(pattern, &index)
    }

    private static func member(_ pattern: [UInt8], _ index: inout Int, _ start: Int) throws(FunctionError) -> UInt32 {
        guard index < pattern.count else { throw failure("missing closing ]", pattern[start...]) }
        if pattern[index] == 0x5C { return try escape(pattern, &index) }
        let (rune, width) = Octets.decode(pattern, at: index)
        index += width
        return rune
    }

    private static let posixClasses: [String: (String, [(UInt32, UInt32)])] = [
        "alnum": ("0-9A-Za-z", [(0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)]),
        "alpha": ("A-Za-z", [(0x41, 0x5A), (0x61, 0x7A)]), "ascii": ("\\x00-\\x7F", [(0, 0x7F)]),
        "blank": ("\\t\\x20", [(9, 9), (0x20, 0x20)]), "cntrl": ("\\x00-\\x1F\\x7F", [(0, 0x1F), (0x7F, 0x7F)]),
        "digit": ("0-9", [(0x30, 0x39)]), "graph": ("!-~", [(0x21, 0x7E)]), "lower": ("a-z", [(0x61, 0x7A)]),
        "print": ("\\x20-~", [(0x20, 0x7E)]),
        "punct": ("!-\\/:-@\\[-`{-~", [(0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)]),
        "space": ("\\t-\\r\\x20", [(9, 13), (0x20, 0x20)]), "upper": ("A-Z", [(0x41, 0x5A)]),
        "word": ("0-9A-Za-z_", [(0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A)]),
        "xdigit": ("0-9A-Fa-f", [(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)]),
    ]

    private static func posixClass(_ pattern: [UInt8], _ index: inout Int) throws(FunctionError) -> String? {
        guard pattern[index...].starts(with: "[:".utf8),
            let end = Octets.find(Array(":]".utf8), in: pattern, from: index + 2)
        else { return nil }
        var name = String(decoding: pattern[(index + 2)..<end], as: UTF8.self)
        let isNegated = name.hasPrefix("^")
        if isNegated { name.removeFirst() }
        guard let (members, ranges) = posixClasses[name] else {
            throw failure("invalid character class range", pattern[index..<(end + 2)])
        }
        index = end + 2
        return isNegated ? complement(ranges) : members
    }
}
