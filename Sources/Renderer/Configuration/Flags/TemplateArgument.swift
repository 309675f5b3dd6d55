public import GoFlags

/// A template on the command line: `IN[:OUT[:COMMAND]]`.
public struct TemplateArgument: Sendable, Equatable {
    /// The template's file.
    public var source: String
    /// The file that it makes.
    public var destination: String?
    /// What is run when it was written.
    public var command: String?

    /// Cuts `text` at colons as consul-template does.
    ///
    /// Several colons in a row are one, so a part is never empty; what follows the second is the command, with its
    /// colons; one letter before a colon belongs to what follows, as the drive of a path on Windows.
    public init(_ text: String) throws(FlagValueError) {
        guard !text.trimmed.isEmpty else { throw FlagValueError("template: cannot be empty") }
        var parts: [String] = []
        var rest = Array(text.unicodeScalars)[...]
        while let first = rest.first {
            if first == ":" {
                rest.removeFirst()
                continue
            }
            // A letter, a colon and something behind it that is no colon.
            let isDrive =
                first.isASCII && first.properties.isAlphabetic && rest.count > 2 && rest[rest.startIndex + 1] == ":"
                && rest[rest.startIndex + 2] != ":"
            let head = rest.prefix(isDrive ? 2 : 0)
            let body = rest.dropFirst(head.count).prefix { $0 != ":" }
            parts.append(String(String.UnicodeScalarView(head + body)))
            rest = rest.dropFirst(head.count + body.count)
        }
        guard let source = parts.first else { throw FlagValueError("template: cannot be empty") }
        self.source = source
        destination = parts.count > 1 ? parts[1] : nil
        command = parts.count > 2 ? parts[2...].joined(separator: ":") : nil
    }
}
