/// A part of a regular expression in Go's syntax.
indirect enum RE2Node {
    /// A code point, in either case when `folds`.
    case literal(UInt32, folds: Bool)
    /// One code point of a set, written for PCRE2 without the brackets.
    case set(String, isNegated: Bool, folds: Bool)
    /// `.`, with or without line feeds.
    case any(withLineFeed: Bool)
    /// A place, such as the beginning of a line.
    case place(Place)
    /// One part after the other.
    case sequence([RE2Node])
    /// One of several, the first that fits.
    case choice([RE2Node])
    /// What is captured.
    case group(RE2Node)
    /// A part again and again; without a `most` for ever.
    case repeated(RE2Node, least: Int, most: Int?, isLazy: Bool)

    enum Place {
        case textStart, textEnd, lineStart, lineEnd, wordEdge, noWordEdge
    }

    /// How often the parts within are repeated at most, as Go reckons it.
    var repetition: Int {
        switch self {
        case .literal, .set, .any, .place: return 1
        case .sequence(let nodes), .choice(let nodes): return nodes.map(\.repetition).max() ?? 1
        case .group(let node): return node.repetition
        case .repeated(let node, let least, let most, _):
            // Stars and marks do not count, numbers do.
            let count =
                (least, most) == (0, nil) || (least, most) == (1, nil) || (least, most) == (0, 1)
                ? 1 : max(most ?? least, 1)
            return min(node.repetition * count, 1_000_000)
        }
    }
}

extension RE2Node {
    /// Adds the part in PCRE2's syntax.
    func write(to text: inout String) {
        switch self {
        case .literal(let rune, let folds):
            let code = Self.escape(rune)
            text += folds ? "(?i:\(code))" : code
        case .set(let members, let isNegated, let folds):
            let set = members.isEmpty ? (isNegated ? "(?s:.)" : "(?!)") : "[\(isNegated ? "^" : "")\(members)]"
            text += folds ? "(?i:\(set))" : set
        case .any(let withLineFeed): text += withLineFeed ? "(?s:.)" : "[^\\n]"
        case .place(let place):
            switch place {
            case .textStart: text += "\\A"
            case .textEnd: text += "\\z"
            case .lineStart: text += "(?:\\A|(?<=\\n))"
            case .lineEnd: text += "(?=\\n|\\z)"
            case .wordEdge: text += "\\b"
            case .noWordEdge: text += "\\B"
            }
        case .sequence(let nodes): for node in nodes { node.write(to: &text) }
        case .choice(let nodes):
            text += "(?:"
            for (place, node) in nodes.enumerated() {
                if place > 0 { text += "|" }
                node.write(to: &text)
            }
            text += ")"
        case .group(let node):
            text += "("
            node.write(to: &text)
            text += ")"
        case .repeated(let node, let least, let most, let isLazy):
            text += "(?:"
            node.write(to: &text)
            text += ")"
            switch (least, most) {
            case (0, nil): text += "*"
            case (1, nil): text += "+"
            case (0, 1): text += "?"
            case (_, nil): text += "{\(least),}"
            case (_, let most?): text += least == most ? "{\(least)}" : "{\(least),\(most)}"
            }
            if isLazy { text += "?" }
        }
    }

    /// A code point that stands for itself, in and outside of sets.
    static func escape(_ rune: UInt32) -> String { "\\x{\(String(rune, radix: 16))}" }
}
