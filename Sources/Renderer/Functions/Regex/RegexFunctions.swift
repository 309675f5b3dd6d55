internal import Template

/// The functions that take regular expressions.
enum RegexFunctions {
    /// Adds them.
    static func add(to table: inout FunctionTable) {
        table.register("regexMatch") { (pattern: GoString, s: GoString) in
            try GoRegex.compiled(pattern.octets).match(.init(s.octets)) != nil
        }
        table.register("regexReplaceAll") { (pattern: GoString, template: GoString, s: GoString) in
            GoString(try GoRegex.compiled(pattern.octets).replace(s.octets, template: template.octets))
        }
    }
}
