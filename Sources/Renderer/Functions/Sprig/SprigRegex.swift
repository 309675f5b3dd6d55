internal import Template

/// Sprig's functions that take regular expressions; those that begin with `must` fail with fewer words.
enum SprigRegex {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table.register("regexMatch") { (pattern: GoString, s: GoString) in
            (try? GoRegex.compiled(pattern.octets).match(.init(s.octets))) != nil
        }
        table.register("mustRegexMatch") { (pattern: GoString, s: GoString) in
            try GoRegex.compiled(pattern.octets).match(.init(s.octets)) != nil
        }
        table.register("regexQuoteMeta") { (s: GoString) in GoString(GoRegex.quoteMeta(s.octets)) }
        addForms(to: &table, prefix: "r", compile: loudly)
        addForms(to: &table, prefix: "mustR", compile: GoRegex.compiled)
    }

    /// Go's MustCompile, which says what it was given.
    private static func loudly(_ pattern: [UInt8]) throws(FunctionError) -> GoRegex {
        do {
            return try GoRegex.compiled(pattern)
        } catch {
            let isPlain = !pattern.contains { $0 == 0x60 || $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
            let quoted = isPlain ? "`\(pattern.text)`" : GoFormat.quote(pattern).text
            throw FunctionError("regexp: Compile(\(quoted)): \(error.message)")
        }
    }

    private static func addForms(
        to table: inout FunctionTable, prefix: String,
        compile: @escaping @Sendable ([UInt8]) throws(FunctionError) -> GoRegex
    ) {
        table.register(prefix + "egexFind") { (pattern: GoString, s: GoString) -> GoString in
            let text = GoRegex.Subject(s.octets)
            let range = try compile(pattern.octets).match(text)?[0]
            return GoString(range.map { Array(text.octets[$0]) } ?? [])
        }
        table.register(prefix + "egexFindAll") { (pattern: GoString, s: GoString, count: Int) -> [GoString] in
            let text = GoRegex.Subject(s.octets)
            return try compile(pattern.octets).matches(in: text, limit: count < 0 ? .max : count).compactMap { groups in
                groups[0].map { GoString(Array(text.octets[$0])) }
            }
        }
        table.register(prefix + "egexReplaceAll") { (pattern: GoString, s: GoString, template: GoString) in
            GoString(try compile(pattern.octets).replace(s.octets, template: template.octets))
        }
        table.register(prefix + "egexReplaceAllLiteral") { (pattern: GoString, s: GoString, new: GoString) in
            GoString(try compile(pattern.octets).replace(.init(s.octets)) { _, result in result += new.octets })
        }
        table.register(prefix + "egexSplit") { (pattern: GoString, s: GoString, count: Int) in
            (try compile(pattern.octets).split(.init(s.octets), limit: count) ?? []).map { GoString($0) }
        }
    }
}
