/// A command as a configuration gives it.
///
/// A list is executed as it stands. A lone text with a blank in it goes to `sh -c`; one word is executed. Nothing, or an
/// empty text, is no command.
public struct RenderCommand: Sendable, Hashable, CustomStringConvertible {
    /// The words as they were given; never empty.
    public let words: [String]

    /// A command of `words`, nil if they are none.
    public init?(_ words: [String]) {
        guard words.first?.isEmpty == false, words.count > 1 || words[0].contains(where: { !$0.isWhitespace }) else {
            return nil
        }
        self.words = words
    }

    /// Whether a shell reads it.
    public var needsShell: Bool { words.count == 1 && words[0].contains { $0.isWhitespace } }

    /// The program and its arguments.
    public var arguments: [String] { needsShell ? ["sh", "-c", words[0]] : words }

    /// What stands for the path of the file that is to be checked.
    public static let placeholder = "{}"

    /// The program and its arguments to check the file at `path`.
    ///
    /// Each `{}` is replaced by the path; without any, the path follows as the last argument. For a shell the path is quoted.
    public func arguments(checking path: String) -> [String] {
        guard needsShell else {
            let isNamed = words.contains { $0.contains(Self.placeholder) }
            return isNamed ? words.map { Self.replaced($0, path) } : words + [path]
        }
        let quoted = Self.quoted(path)
        let isNamed = words[0].contains(Self.placeholder)
        return ["sh", "-c", isNamed ? Self.replaced(words[0], quoted) : words[0] + " " + quoted]
    }

    private static func replaced(_ word: String, _ path: String) -> String {
        var text = ""
        var rest = word.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "{", rest.first == "}" {
                rest.removeFirst()
                text += path
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// `text` as one word for a shell.
    static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// The words with blanks between them.
    public var description: String { words.joined(separator: " ") }
}
