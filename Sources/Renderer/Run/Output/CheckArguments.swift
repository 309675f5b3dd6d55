/// The words that check a file: a plain `nginx -t` or `haproxy -c` is understood without saying where the file goes.
enum CheckArguments {
    /// What to run so that the file at `path` is checked.
    static func arguments(of command: RenderCommand, checking path: String) -> [String] {
        guard let words = plainWords(of: command), let program = words.first, let option = option(program, words) else {
            return command.arguments(checking: path)
        }
        return words + [option, path]
    }

    /// The words of a command that a shell would take apart at its blanks and nothing else; nil for any other.
    private static func plainWords(of command: RenderCommand) -> [String]? {
        guard command.needsShell else { return command.words }
        let text = command.words[0]
        guard text.unicodeScalars.allSatisfy({ isPlain($0) }) else { return nil }
        return text.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "/", "-", "_", ".", ",", "=", ":", " ": true
        default: false
        }
    }

    private static func option(_ program: String, _ words: [String]) -> String? {
        switch program.split(separator: "/").last {
        case "nginx" where words.contains { $0 == "-t" || $0 == "-T" } && !words.contains("-c"): "-c"
        case "haproxy" where words.contains("-c") && !words.contains("-f") && !words.contains("--"): "-f"
        default: nil
        }
    }
}
