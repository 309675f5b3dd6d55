/// What others may use says what it is; what the compiler cannot check says why it holds.
enum Documentation {
    private static let declarations: Set<String> = [
        "var", "let", "func", "init", "struct", "class", "enum", "actor", "protocol", "typealias", "subscript", "case",
        "associatedtype", "macro",
    ]

    /// `public` and `package` declarations without a doc comment right above.
    static func undocumented(in source: SwiftSource) -> [Finding] {
        source.tokens.indices.compactMap { index in
            guard ["public", "package"].contains(source.text(index)) else { return nil }
            // Past other modifiers, `private(set)` among them, to the keyword.
            var next = index + 1
            while next < source.tokens.count, !declarations.contains(source.text(next)) {
                if ["import", "extension", "{", "}", "=", ":"].contains(source.text(next)) { return nil }
                if source.text(next) == "override" { return nil }
                next += 1
            }
            let line = firstLine(of: index, in: source)
            let nearest = source.commentsAbove(line).first ?? ""
            guard !nearest.hasPrefix("///"), !nearest.hasSuffix("*/") else { return nil }
            return Finding(
                path: source.path, line: line,
                message: "\(source.text(index)) \(source.text(next)) \(source.text(next + 1)) has no doc comment")
        }
    }

    /// The line on which the declaration around token `index` begins, attributes before it included.
    private static func firstLine(of index: Int, in source: SwiftSource) -> Int {
        var index = index
        while index > 0, !source.tokens[index].isFirstOnLine { index -= 1 }
        return source.tokens[index].line
    }

    /// Escapes from the compiler's checks without a `Safety:` comment above or beside them, or a type marked `@safe`.
    static func unexplainedEscapes(in source: SwiftSource) -> [Finding] {
        source.tokens.indices.compactMap { index in
            let isEscape =
                source.matches(["@unchecked", "Sendable"], at: index)
                || source.matches(["nonisolated", "(", "unsafe", ")"], at: index)
                || source.matches(["unowned", "(", "unsafe", ")"], at: index)
            guard isEscape else { return nil }
            let line = source.tokens[index].line
            // Beside it, or as the first line of the type.
            if [line, line + 1].contains(where: { source.comments[$0]?.contains("Safety:") == true }) { return nil }
            // A declaration's head may take some lines before its comment is reached.
            var above = line
            while above > max(line - 4, 1), source.comments[above - 1] == nil, !source.lines[above - 2].isEmpty {
                above -= 1
            }
            let head = source.lines[(above - 1)..<line].joined() + attributesAbove(above, in: source)
            if head.contains("@safe") { return nil }
            if source.commentsAbove(above).contains(where: { $0.contains("Safety:") }) { return nil }
            return Finding(
                path: source.path, line: line,
                message: "\(source.text(index)) without a `Safety:` comment that says why it holds")
        }
    }

    private static func attributesAbove(_ line: Int, in source: SwiftSource) -> String {
        var text = ""
        var line = line - 1
        while line > 0, source.comments[line] == nil, source.lines[line - 1].drop(while: { $0 == " " }).hasPrefix("@") {
            text += source.lines[line - 1]
            line -= 1
        }
        return text
    }
}
