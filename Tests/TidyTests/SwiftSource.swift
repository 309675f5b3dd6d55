/// A Swift file cut into tokens and comments, so that rules read code and not what strings and comments say.
///
/// No parser: identifiers (with a leading `@` or `#`), numbers and single punctuation characters are tokens; a string or
/// regular expression literal is one token, ``literal``; what is interpolated into a string is code again.
struct SwiftSource: Sendable, CustomStringConvertible {
    /// A word or a punctuation character.
    struct Token: Sendable, Equatable {
        var text: String
        var line: Int
        /// Whether nothing but white space stands before it.
        var isFirstOnLine: Bool
        /// Whether it follows the token before it without white space: `try!` is not `try !`.
        var isAttached: Bool
    }

    /// What a literal's token says, whatever the literal.
    static let literal = "\"\""

    /// Path from the repository's root.
    let path: String
    /// All tokens in order.
    let tokens: [Token]
    /// Comments by the lines that they stand on, their marks included.
    let comments: [Int: String]
    /// The lines as written; line 1 is at index 0.
    let lines: [Substring]

    init(path: String, text: String) {
        self.path = path
        lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false).map(Substring.init)
        var scanner = SwiftScanner(bytes: Array(text.utf8))
        scanner.scan(untilClosingParenthesis: false)
        tokens = scanner.tokens
        comments = scanner.comments
    }

    var description: String { path }

    /// The module it belongs to: the folder under Sources or Tests.
    var module: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    /// The file's name without `.swift`.
    var name: String {
        String(path.split(separator: "/").last?.dropLast(6) ?? "")
    }

    /// Number of lines.
    var lineCount: Int { lines.last?.isEmpty == true ? lines.count - 1 : lines.count }

    /// The token at `index`, or an empty text outside.
    func text(_ index: Int) -> String { tokens.indices.contains(index) ? tokens[index].text : "" }

    /// Whether `words` stand at `index`, one after the other; an exclamation mark right behind its word.
    func matches(_ words: [String], at index: Int) -> Bool {
        guard index + words.count <= tokens.count else { return false }
        return words.indices.allSatisfy { offset in
            let token = tokens[index + offset]
            return token.text == words[offset] && (token.text != "!" || token.isAttached)
        }
    }

    /// The index of the brace that closes the one at `open`, or the last token's.
    func closingBrace(of open: Int) -> Int {
        var depth = 0
        for index in open..<tokens.count {
            if tokens[index].text == "{" { depth += 1 }
            if tokens[index].text == "}" {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return tokens.count - 1
    }

    /// The comments and attributes that stand right above `line`, nearest first.
    func commentsAbove(_ line: Int) -> [String] {
        var found: [String] = []
        var line = line - 1
        while line > 0 {
            if let comment = comments[line] {
                found.append(comment)
            } else if !lines[line - 1].drop(while: { $0 == " " }).hasPrefix("@") {
                break
            }
            line -= 1
        }
        return found
    }
}
