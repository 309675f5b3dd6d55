/// Texts in quotes and heredocs.
extension HCLScanner {
    /// A text in double quotes, with `\a \b \f \n \r \t \v \\ \"`, `\101`, `\x41`, `\u0041` and `\U00000041`.
    ///
    /// `${` up to its `}` stays as it is, quotes, backslashes and line ends too: HCL leaves it to whoever interpolates.
    mutating func quotedText() throws(ConfigurationError) -> String {
        let place = cursor.place
        cursor.advance()
        var octets: [UInt8] = []
        var braces = 0
        while let scalar = cursor.current {
            let start = cursor.place
            cursor.advance()
            if braces > 0 {
                if scalar == "{" { braces += 1 }
                if scalar == "}" { braces -= 1 }
                octets += Self.utf8(scalar)
                continue
            }
            switch scalar {
            case "\"": return String(decoding: octets, as: UTF8.self)
            case "\n": throw ConfigurationError(place, "the text is not ended on its line: add \", or use <<EOF")
            case "\\": octets += try escape(from: start)
            case "$" where cursor.current == "{":
                cursor.advance()
                octets += [UInt8(ascii: "$"), UInt8(ascii: "{")]
                braces = 1
            default: octets += Self.utf8(scalar)
            }
        }
        throw ConfigurationError(
            place, braces > 0 ? "the ${ in the text is not ended: add }" : "the text is not ended: add \"")
    }

    private static func utf8(_ scalar: Unicode.Scalar) -> [UInt8] { Array(String(scalar).utf8) }

    private static let escapes: [Unicode.Scalar: UInt8] = [
        "a": 0x07, "b": 0x08, "f": 0x0C, "n": 0x0A, "r": 0x0D, "t": 0x09, "v": 0x0B, "\\": 0x5C, "\"": 0x22,
    ]

    /// What follows a backslash.
    private mutating func escape(from place: SourcePlace) throws(ConfigurationError) -> [UInt8] {
        guard let scalar = cursor.current else { throw ConfigurationError(place, "the text ends in a backslash") }
        if let octet = Self.escapes[scalar] {
            cursor.advance()
            return [octet]
        }
        switch scalar {
        case "0"..."7":
            let value = try digits(3, radix: 8, from: place)
            guard value <= 0xFF else {
                throw ConfigurationError(place, "\\\(String(value, radix: 8)) is more than \\377")
            }
            return [UInt8(value)]
        case "x":
            cursor.advance()
            return [UInt8(truncatingIfNeeded: try digits(2, radix: 16, from: place))]
        case "u", "U":
            cursor.advance()
            let value = try digits(scalar == "u" ? 4 : 8, radix: 16, from: place)
            guard let meant = Unicode.Scalar(value) else {
                throw ConfigurationError(place, "\\\(scalar)\(String(value, radix: 16)) is no character of Unicode")
            }
            return Self.utf8(meant)
        default:
            throw ConfigurationError(
                place, "\\\(scalar) is no escape: \\n, \\t, \\\", \\\\ and others are; a backslash itself is \\\\")
        }
    }

    private mutating func digits(
        _ count: Int, radix: UInt32, from place: SourcePlace
    ) throws(ConfigurationError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let scalar = cursor.current, scalar.isASCII,
                let digit = Character(scalar).hexDigitValue, digit < radix
            else {
                throw ConfigurationError(place, "the escape needs \(count) digits of base \(radix)")
            }
            cursor.advance()
            // Eight hexadecimal digits fit.
            value = value * radix + UInt32(digit)
        }
        return value
    }

    /// `<<NAME` and the lines up to one that holds NAME alone, each with its end; nothing is escaped in them.
    ///
    /// With `<<-NAME` the blanks before the closing name are taken off every line, if every line begins with them. With
    /// `<<NAME` those blanks are the text's end, as HCL has it.
    mutating func heredoc() throws(ConfigurationError) -> String {
        let place = cursor.place
        cursor.advance()
        guard cursor.skip("<") else { throw ConfigurationError(place, "a heredoc begins with <<NAME") }
        let isIndented = cursor.skip("-")
        let name = cursor.take { Self.isLetter($0) || Self.isDigit($0) }
        var (rest, hasMore) = cursor.takeLine()
        guard !name.isEmpty, rest.isEmpty || rest == "\r" else {
            throw ConfigurationError(place, "a heredoc begins with << and a name that ends its line, such as <<EOF")
        }
        var lines: [String] = []
        while hasMore {
            let line: String
            (line, hasMore) = cursor.takeLine()
            let blanks = line.prefix { $0 == " " || $0 == "\t" }
            let word = line.dropFirst(blanks.count)
            if word == name || word == name + "\r" {
                return isIndented ? Self.cut(lines, indent: blanks) : Self.joined(lines) + blanks
            }
            lines.append(line)
        }
        throw ConfigurationError(place, "the heredoc is not ended: add a line that holds \(name) alone")
    }

    private static func cut(_ lines: [String], indent: Substring) -> String {
        guard lines.allSatisfy({ $0.hasPrefix(indent) }) else { return joined(lines) }
        return joined(lines.map { String($0.dropFirst(indent.count)) })
    }

    private static func joined(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
