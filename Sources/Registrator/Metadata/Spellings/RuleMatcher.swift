internal import Discovery

/// What Traefik's matchers ask, in the words of its versions 2 and 3.
enum RuleMatcher {
    /// Those that a route can say, for hints.
    private static let known = [
        "Host", "HostRegexp", "Path", "PathPrefix", "PathRegexp", "Method", "Header", "Headers", "HeaderRegexp",
        "HeadersRegexp",
    ]
    /// Those that Traefik has and no route can say.
    private static let beyond = ["Query", "QueryRegexp", "ClientIP", "HostSNI", "HostSNIRegexp", "ALPN"]

    /// The routes' conditions of a matcher.
    ///
    /// - Throws: what is wrong with it, or why no route can say it.
    static func cubes(_ name: String, _ arguments: [String]) throws(RuleError) -> [RuleCube] {
        switch name.lowercased() {
        case "host", "hostheader": return [RuleCube(hosts: try arguments.map(host))]
        case "hostregexp": return [RuleCube(hosts: arguments.map { "~" + hostExpression($0) })]
        case "path": return [RuleCube(paths: try arguments.map(exactPath))]
        case "pathprefix":
            let paths = try arguments.map(prefix)
            return [RuleCube(paths: paths.contains("/") ? nil : paths)]
        case "pathregexp": return [RuleCube(paths: arguments.map { "~" + $0 })]
        case "method": return [RuleCube(methods: try arguments.map(method))]
        case "header", "headers": return [RuleCube(headers: [try header(name, arguments, isExpression: false)])]
        case "headerregexp", "headersregexp":
            return [RuleCube(headers: [try header(name, arguments, isExpression: true)])]
        default:
            let list = arguments.map { "`\($0)`" }.joined(separator: ", ")
            if beyond.contains(where: { $0.lowercased() == name.lowercased() }) {
                throw RuleError(
                    reason: "no route says \(name)(\(list)): what needs it is not served", isUnsayable: true)
            }
            let nearest = nearestName(to: name, among: known + beyond)
            let hint = nearest.map { "did you mean \($0)?" } ?? "known are \(known.joined(separator: ", "))"
            throw RuleError(reason: "there is no matcher \(name): \(hint)")
        }
    }

    private static func host(_ text: String) throws(RuleError) -> String {
        var host = RuleText.trimmed(text).lowercased()
        if host.hasSuffix("."), host != "." { host.removeLast() }
        let isHost =
            !host.isEmpty
            && host.unicodeScalars.allSatisfy { $0.value > 0x20 && !"`\"',/~".unicodeScalars.contains($0) }
        guard isHost else {
            throw RuleError(reason: "\"\(text)\" is no host: write Host(`shop.example.com`)")
        }
        return host
    }

    private static func method(_ text: String) throws(RuleError) -> String {
        let method = RuleText.trimmed(text).uppercased()
        guard RuleText.isFieldName(method) else {
            throw RuleError(reason: "\"\(text)\" is no method: write Method(`GET`)")
        }
        return method
    }

    private static func exactPath(_ text: String) throws(RuleError) -> String { try path(text, isExact: true) }

    private static func prefix(_ text: String) throws(RuleError) -> String { try path(text, isExact: false) }

    private static func path(_ text: String, isExact: Bool) throws(RuleError) -> String {
        guard text.hasPrefix("/") else {
            throw RuleError(reason: "path \"\(text)\" does not begin with a slash: write \"/\(text)\"")
        }
        if let expression = placeholders(text, any: "[^/]+") { return "~^" + expression + (isExact ? "$" : "") }
        return isExact ? "=" + text : text
    }

    private static func header(
        _ name: String, _ arguments: [String], isExpression: Bool
    ) throws(RuleError) -> SpelledField {
        guard arguments.count == 2 else {
            throw RuleError(reason: "\(name) has \(arguments.count) arguments: write \(name)(`X-Canary`, `1`)")
        }
        guard RuleText.isFieldName(arguments[0]) else {
            throw RuleError(reason: "\"\(arguments[0])\" is no field's name: write \(name)(`X-Canary`, `1`)")
        }
        let value = arguments[1]
        if isExpression { return SpelledField(name: arguments[0], value: "~" + value) }
        // A value that begins like an expression is not meant as one.
        let literal = value.hasPrefix("~") ? "~^" + RuleText.escaped(value) + "$" : value
        return SpelledField(name: arguments[0], value: literal)
    }

    /// An expression of version 3, or version 2's host with `{name:expression}` in it.
    private static func hostExpression(_ text: String) -> String {
        placeholders(text, any: "[^.]+").map { "^" + $0 + "$" } ?? text
    }

    /// Version 2's `{name:expression}` and `{name}` within plain text; nil if there is none of them.
    static func placeholders(_ text: String, any: String) -> String? {
        var expression = ""
        var rest = text[...]
        var isFound = false
        while let open = rest.firstIndex(of: "{") {
            let inner = rest[rest.index(after: open)...]
            // Of version 3's expressions only counts stand in braces: `{2,3}`.
            guard let first = inner.first, first.isASCII, first.isLetter || first == "_", let close = end(of: inner)
            else {
                return nil
            }
            isFound = true
            expression += RuleText.escaped(rest[..<open])
            let parts = inner[..<close].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            expression += parts.count == 2 && !parts[1].isEmpty ? "(?:\(parts[1]))" : any
            rest = inner[inner.index(after: close)...]
        }
        return isFound ? expression + RuleText.escaped(rest) : nil
    }

    /// Where the brace closes that was opened before `text`.
    private static func end(of text: Substring) -> Substring.Index? {
        var depth = 1
        for index in text.indices {
            if text[index] == "{" { depth += 1 }
            if text[index] == "}" { depth -= 1 }
            if depth == 0 { return index }
        }
        return nil
    }
}
