extension FlagSet {
    /// `Usage of NAME:` and every flag.
    public var usageText: String {
        (name.isEmpty ? "Usage:\n" : "Usage of \(name):\n") + defaultsText
    }

    /// Every flag by its name's octets: its value's kind or the name in back quotes of its usage, usage, and default.
    public var defaultsText: String {
        let ordered = flags.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        return ordered.map(Self.line).joined()
    }

    private static func line(_ flag: Flag<Options>) -> String {
        var (placeholder, usage) = split(flag.usage)
        if placeholder.isEmpty { placeholder = flag.kind.rawValue }
        var line = "  -\(flag.name)"
        if !placeholder.isEmpty { line += " \(placeholder)" }
        // A boolean of one letter has its usage on the same line.
        line += line.utf8.count <= 4 ? "\t" : "\n    \t"
        for character in usage { line += character.isNewline ? "\n    \t" : String(character) }
        if !flag.defaultText.isEmpty { line += " (default \(flag.defaultText))" }
        return line + "\n"
    }

    /// The first name in back quotes, and the text without those quotes; no name where there is no pair of them.
    private static func split(_ usage: String) -> (placeholder: String, usage: String) {
        let parts = usage.split(separator: "`", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return ("", usage) }
        return (String(parts[1]), parts.joined())
    }
}
