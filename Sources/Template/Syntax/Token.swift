/// A piece of a template's text.
struct Token {
    /// What kind of piece; the order of the last ones matters: `.keyword` and above are words of the language.
    enum Kind: UInt8 {
        case error, bool, char, characterConstant, complex, assign, declare, end, field, identifier, leftDelimiter,
            leftParenthesis, number, pipe, rawString, rightDelimiter, rightParenthesis, space, string, text, variable,
            block, `break`, `continue`, dot, define, `else`, endKeyword, `if`, null, range, template, with

        /// Whether it is a word of the language, which messages show between angle brackets.
        var isKeyword: Bool { rawValue >= Self.block.rawValue }
    }

    var kind: Kind
    /// Where it stands in the text.
    var start: Int
    /// Its octets; what is wrong, for an error.
    var octets: [UInt8]
    /// The line of its first octet; 1 for the first.
    var line: Int

    /// The words of the language.
    static let keywords: [[UInt8]: Kind] = [
        Array("block".utf8): .block, Array("break".utf8): .break, Array("continue".utf8): .continue,
        Array("define".utf8): .define, Array("else".utf8): .else, Array("end".utf8): .endKeyword,
        Array("if".utf8): .if, Array("nil".utf8): .null, Array("range".utf8): .range,
        Array("template".utf8): .template, Array("with".utf8): .with, Array("true".utf8): .bool,
        Array("false".utf8): .bool,
    ]

    /// The text.
    var text: String { String(decoding: octets, as: UTF8.self) }

    /// As messages show it: quoted, and cut when it is long.
    var description: String {
        switch kind {
        case .end: return "EOF"
        case .error: return text
        case _ where kind.isKeyword: return "<\(text)>"
        default: break
        }
        guard octets.count > 10 else { return String(decoding: Quoting.quote(octets), as: UTF8.self) }
        var printer = Printer(byteLimit: 100)
        printer.flags.precision = 10
        printer.formatQuoted(octets)
        return String(decoding: printer.buffer, as: UTF8.self) + "..."
    }
}
