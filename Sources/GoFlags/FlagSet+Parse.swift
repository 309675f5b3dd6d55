extension FlagSet {
    /// Reads `arguments`, which do not include the command's name.
    ///
    /// Throws at the first argument that is wrong; nothing of what came before it is kept.
    public func parse(_ arguments: [String]) throws(FlagError) -> ParsedFlags<Options> {
        var parsed = ParsedFlags(options: defaults)
        var rest = arguments[...]
        while let argument = rest.first {
            guard argument.utf8.count >= 2, argument.utf8.first == UInt8(ascii: "-") else { break }
            rest.removeFirst()
            if argument == "--" { break }
            let body = argument.dropFirst(argument.hasPrefix("--") ? 2 : 1)
            if body.hasPrefix("-") || body.hasPrefix("=") { throw .badSyntax(argument) }
            try take(body, &rest, into: &parsed)
        }
        parsed.arguments = Array(rest)
        return parsed
    }

    /// Takes the flag `body`, `name` or `name=value`, and its value from `rest` if it needs one.
    private func take(
        _ body: Substring, _ rest: inout ArraySlice<String>, into parsed: inout ParsedFlags<Options>
    ) throws(FlagError) {
        let equals = body.firstIndex(of: "=")
        let name = String(body[..<(equals ?? body.endIndex)])
        var value = equals.map { String(body[body.index(after: $0)...]) }
        guard let flag = flags[name] else {
            if name == "help" || name == "h" { throw .help }
            throw .undefined(name)
        }
        let isBoolean = flag.kind == .boolean
        if !isBoolean, value == nil { value = rest.popFirst() }
        guard let text = value ?? (isBoolean ? "true" : nil) else { throw .needsArgument(name) }
        do throws(FlagValueError) {
            try flag.set(&parsed.options, text)
        } catch {
            if isBoolean { throw .invalidBoolean(text, flag: name, reason: error.message) }
            throw .invalid(text, flag: name, reason: error.message)
        }
        parsed.given.append(name)
    }
}
