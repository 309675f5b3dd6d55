internal import Template
internal import Yams

/// The tree of a YAML text, in which a key may be there twice.
///
/// Yams refuses such a text and tells where the first of the keys is. That one is given a name of its own and left out later,
/// so the last one counts, as it does for yaml.v2.
enum YAMLComposition {
    private static let mark = "\u{F8FF}replaced-"
    /// Keys that may be there twice in one text: each costs a reading.
    private static let repeats = 100
    /// Aliases in a text that has one as a key: what they expand to is hashed.
    private static let aliases = 30

    /// The tag of scalars that the text gives none, so that they are told from those that it calls texts.
    static let untagged: Tag.Name = "untagged"

    // The pattern is a constant that is known to be right; without it, keys without quotes would be texts.
    private static let resolver = (try? Resolver.basic.appending(untagged, #"[\s\S]*"#)) ?? .basic

    /// The root of the first document; nil when there is none.
    static func root(of text: String) throws(FunctionError) -> Yams.Node? {
        try refuseExcess(in: text)
        var text = text
        var count = 0
        while true {
            do {
                return try Yams.Parser(yaml: text, resolver: resolver, encoding: .utf8).nextRoot()
            } catch let error as YamlError {
                guard case .duplicatedKeysInMapping(let keys, let context) = error, count < repeats,
                    let renamed = rename(keys, at: context.mark, in: text, number: count)
                else { throw failure(error, in: text) }
                text = renamed
                count += 1
            } catch {
                throw FunctionError("yaml: \(error)")
            }
        }
    }

    /// Whether a later key has taken this one's place.
    static func isReplaced(_ key: Yams.Node) -> Bool {
        if case .scalar(let scalar) = key { scalar.string.hasPrefix(mark) } else { false }
    }

    /// What is wrong, in the words and with the line that yaml.v2 has.
    private static func failure(_ error: YamlError, in text: String) -> FunctionError {
        switch error {
        case .scanner(let context, let problem, let mark, _):
            FunctionError("yaml: \(place(mark.line > 1 ? mark.line : 0, context))\(problem)")
        case .parser(let context, let problem, let mark, _):
            FunctionError("yaml: \(place(mark.line - 1, context))\(problem)")
        case .composer(_, _, let mark, _):
            FunctionError("yaml: unknown anchor '\(alias(at: mark, in: text))' referenced")
        case .reader(let problem, _, _, _): FunctionError("yaml: \(problem)")
        default: FunctionError("yaml: \(error)")
        }
    }

    private static func place(_ line: Int, _ context: YamlError.Context?) -> String {
        if line > 0 { return "line \(line): " }
        guard let context, context.mark.line > 1 else { return "" }
        return "line \(context.mark.line - 1): "
    }

    private static func alias(at mark: Mark, in text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard mark.line >= 1, mark.line <= lines.count else { return "" }
        let rest = lines[mark.line - 1].unicodeScalars.dropFirst(mark.column)
        return String(
            String.UnicodeScalarView(
                rest.prefix { $0.properties.isAlphabetic || $0 == "_" || $0 == "-" || "0"..."9" ~= $0 }))
    }

    /// `text` with another name in the place of the key at `place`; nil when it cannot be told where the key ends.
    private static func rename(_ keys: [String], at place: Mark, in text: String, number: Int) -> String? {
        var scalars = Array(text.unicodeScalars)
        var start = 0
        for _ in 1..<max(place.line, 1) {
            guard let end = scalars[start...].firstIndex(of: "\n") else { return nil }
            start = end + 1
        }
        start += max(place.column, 1) - 1
        guard start < scalars.count, let key = keys.first else { return nil }
        let end: Int
        switch scalars[start] {
        case "\"", "'":
            let quote = scalars[start]
            var next = start + 1
            while next < scalars.count, scalars[next] != quote {
                next += quote == "\"" && scalars[next] == "\\" ? 2 : 1
            }
            end = next + 1
        default:
            end = start + key.unicodeScalars.count
            guard end <= scalars.count, scalars[start..<end].elementsEqual(key.unicodeScalars) else { return nil }
        }
        guard end <= scalars.count else { return nil }
        scalars.replaceSubrange(start..<end, with: "\"\(mark)\(number)\"".unicodeScalars)
        return String(String.UnicodeScalarView(scalars))
    }

    /// Refuses texts that take the parser more time or stack than they are worth.
    private static func refuseExcess(in text: String) throws(FunctionError) {
        var depth = 0
        var stars = 0
        var hasKey = false
        var previous: UInt8 = 0x0A
        var isInAlias = false
        for octet in text.utf8 {
            switch octet {
            case 0x5B, 0x7B: depth += 1
            case 0x5D, 0x7D: depth = max(depth - 1, 0)
            case 0x0A: isInAlias = false
            case 0x2A
            where previous == 0x20 || previous == 0x0A || previous == 0x5B || previous == 0x2C || previous == 0x7B:
                stars += 1
                isInAlias = true
            case 0x3A where isInAlias: hasKey = true
            case 0x3F where previous == 0x0A || previous == 0x20: hasKey = true
            case 0x2C: isInAlias = false
            default: break
            }
            previous = octet
            if depth > ResultLimit.depth { throw FunctionError("yaml: exceeded max depth of \(ResultLimit.depth)") }
        }
        if hasKey, stars > aliases { throw FunctionError("yaml: document contains excessive aliasing") }
    }
}
