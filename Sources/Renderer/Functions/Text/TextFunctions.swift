internal import Template

/// The functions on texts.
enum TextFunctions {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table.register("toLower") { (s: GoString) in GoString(Octets.map(s.octets, LetterCase.lower)) }
        table.register("toUpper") { (s: GoString) in GoString(Octets.map(s.octets, LetterCase.upper)) }
        table.register("toTitle") { (s: GoString) in GoString(LetterCase.titleWords(s.octets)) }
        table.register("trim") { (cutset: GoString, s: GoString) in
            GoString(Octets.trim(s.octets, cutset: cutset.octets))
        }
        table.register("trimPrefix") { (prefix: GoString, s: GoString) in
            GoString(Octets.trimPrefix(s.octets, prefix.octets))
        }
        table.register("trimSuffix") { (suffix: GoString, s: GoString) in
            GoString(Octets.trimSuffix(s.octets, suffix.octets))
        }
        table.register("trimSpace") { (s: GoString) in GoString(Octets.trimSpace(s.octets)) }
        table.register("replaceAll") { (old: GoString, new: GoString, s: GoString) in
            GoString(try replace(s.octets, old.octets, with: new.octets))
        }
        table.register("split") { (separator: GoString, s: GoString) -> [GoString] in
            let text = Octets.trimSpace(s.octets)
            return text.isEmpty ? [] : Octets.split(text, by: separator.octets).map { GoString($0) }
        }
        table.register("splitToMap", splitToMap)
        table.register("join") { (separator: GoString, parts: [GoString]) in
            GoString(try join(parts.map(\.octets), separator.octets))
        }
        table.register("indent") { (count: Int, s: GoString) in
            guard count >= 0 else { throw FunctionError("indent value must be a positive integer") }
            return GoString(try indent(s.octets, by: count))
        }
    }

    private static let splitToMap = Function(
        parameters: [.string, .string, .string], result: .map(key: .string, element: .string)
    ) { arguments in
        let text = Octets.trimSpace(arguments[2].octets ?? [])
        var entries: [(key: Value, value: Value)] = []
        if !text.isEmpty {
            for part in Octets.split(text, by: arguments[0].octets ?? []) {
                guard let (key, value) = Octets.cut(part, at: arguments[1].octets ?? []) else { continue }
                entries.append((.string(key), .string(value)))
            }
        }
        return .map(Map(entries, type: .map(key: .string, element: .string)))
    }

    /// `octets` with every `old` replaced.
    static func replace(_ octets: [UInt8], _ old: [UInt8], with new: [UInt8]) throws(FunctionError) -> [UInt8] {
        if new.count > old.count {
            let places = old.isEmpty ? octets.count + 1 : octets.count / old.count
            // The worst case is reckoned first: only where that is too much are the places counted.
            if new.count.multipliedReportingOverflow(by: places).overflow || new.count * places > ResultLimit.octets {
                let parts = Octets.split(octets, by: old).count
                try ResultLimit.check(octets: new.count - old.count, times: parts)
                try ResultLimit.check(octets: (new.count - old.count) * parts + octets.count)
            }
        }
        return Octets.replace(octets, old, with: new)
    }

    /// The parts with `separator` between them.
    static func join(_ parts: [[UInt8]], _ separator: [UInt8]) throws(FunctionError) -> [UInt8] {
        try ResultLimit.check(octets: separator.count, times: parts.count)
        try ResultLimit.check(octets: parts.reduce(separator.count * parts.count) { $0 &+ $1.count })
        return Octets.join(parts, separator)
    }

    /// `octets` with `count` blanks before each line that is not empty.
    static func indent(_ octets: [UInt8], by count: Int) throws(FunctionError) -> [UInt8] {
        let lines = octets.count { $0 == 0x0A } + 1
        try ResultLimit.check(octets: count, times: lines)
        let blanks = [UInt8](repeating: 0x20, count: count)
        var result: [UInt8] = []
        result.reserveCapacity(octets.count + count * lines)
        var isAtStart = true
        for octet in octets {
            if isAtStart, octet != 0x0A { result += blanks }
            result.append(octet)
            isAtStart = octet == 0x0A
        }
        return result
    }
}
