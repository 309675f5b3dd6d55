/// How large a file and a function may become before they hold more than one idea.
enum Sizes {
    /// Lines of a file of Sources that are too many; tests may have 1000.
    static let fileLimit = 700
    /// Lines of a test file that are too many.
    static let testFileLimit = 1000
    /// Lines of a file above which it is worth a look.
    static let fileAim = 400
    /// Lines of a function that are too many.
    static let functionLimit = 100
    /// Lines of a function above which it is worth a look.
    static let functionAim = 70

    /// A function and the lines from its name to its closing brace.
    struct Function: Equatable {
        var name: String
        var line: Int
        var lineCount: Int
    }

    private static let declarations: Set<String> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "class", "enum", "actor", "protocol",
        "}",
        "associatedtype", "typealias", "static", "mutating", "public", "private",
    ]

    /// All functions, initialisers and subscripts that have a body.
    static func functions(in source: SwiftSource) -> [Function] {
        source.tokens.indices.compactMap { index in
            let isInitializer = source.text(index) == "init" && ["(", "<", "?"].contains(source.text(index + 1))
            let isOther = ["func", "deinit", "subscript"].contains(source.text(index))
            guard isInitializer || isOther, source.text(index - 1) != "." else { return nil }
            var depth = 0
            var next = index + 1
            while next < source.tokens.count {
                switch source.text(next) {
                case "(", "[": depth += 1
                case ")", "]": depth -= 1
                case "{" where depth == 0:
                    let end = source.tokens[source.closingBrace(of: next)].line
                    let name = source.text(index) == "func" ? source.text(index + 1) : source.text(index)
                    let line = source.tokens[index].line
                    return Function(name: name, line: line, lineCount: end - line + 1)
                case let word where depth == 0 && declarations.contains(word): return nil
                default: break
                }
                next += 1
            }
            return nil
        }
    }

    /// Files and functions of `source` over the limits, or, with `worthALook`, those only over the aims.
    static func findings(in source: SwiftSource, worthALook: Bool) -> [Finding] {
        let limit = source.path.hasPrefix("Sources/") ? fileLimit : testFileLimit
        var findings: [Finding] = []
        let isTooLong = source.lineCount > limit
        if worthALook ? (source.lineCount > fileAim && !isTooLong && limit == fileLimit) : isTooLong {
            findings.append(
                Finding(
                    path: source.path, line: 1,
                    message: "\(source.lineCount) lines; files aim at \(fileAim) and fail above \(limit): split by idea"
                ))
        }
        for function in functions(in: source) {
            let isTooLong = function.lineCount > functionLimit
            guard worthALook ? (function.lineCount > functionAim && !isTooLong) : isTooLong else { continue }
            findings.append(
                Finding(
                    path: source.path, line: function.line,
                    message: """
                        \(function.name) has \(function.lineCount) lines; functions aim at \(functionAim) and fail above \
                        \(functionLimit): keep the control flow here and move its leaves out
                        """))
        }
        return findings
    }
}
