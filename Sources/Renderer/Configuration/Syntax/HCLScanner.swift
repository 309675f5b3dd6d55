/// Cuts a text into the words of HCL 1.
///
/// Comments begin with `#` or `//` and end with the line, or stand between `/*` and `*/`. Names begin with a letter or `_`
/// and go on with letters, digits, `_`, `-` and `.`. Numbers are decimal, hexadecimal with `0x`, octal with `0`, or have a
/// fraction or an exponent.
struct HCLScanner {
    var cursor: SourceCursor

    init(_ text: String, source: String) {
        cursor = SourceCursor(text, source: source)
    }

    /// The next word; ``HCLToken/Kind/end`` at the end, as often as it is asked for.
    mutating func next() throws(ConfigurationError) -> HCLToken {
        try skipBlank()
        let place = cursor.place
        guard let scalar = cursor.current else { return HCLToken(kind: .end, place: place) }
        if let mark = Self.marks[scalar] {
            cursor.advance()
            return HCLToken(kind: mark, place: place)
        }
        let kind: HCLToken.Kind
        switch scalar {
        case "\"": kind = .text(try quotedText())
        case "<": kind = .text(try heredoc())
        case "-", ".", "0"..."9": kind = .number(try number())
        case _ where Self.isLetter(scalar): kind = word()
        default:
            let name =
                scalar.properties.isWhitespace || scalar.value < 0x20
                ? "U+\(String(scalar.value, radix: 16))" : "\(scalar)"
            throw ConfigurationError(place, "\(name) begins nothing in HCL: texts stand in double quotes")
        }
        return HCLToken(kind: kind, place: place)
    }

    private static let marks: [Unicode.Scalar: HCLToken.Kind] = [
        "{": .leftBrace, "}": .rightBrace, "[": .leftBracket, "]": .rightBracket, ",": .comma, "=": .assign,
    ]

    private mutating func skipBlank() throws(ConfigurationError) {
        while let scalar = cursor.current {
            switch scalar {
            case " ", "\t", "\n", "\r": cursor.advance()
            case "#": _ = cursor.takeLine()
            case "/":
                let place = cursor.place
                cursor.advance()
                if cursor.current == "/" {
                    _ = cursor.takeLine()
                } else if cursor.skip("*") {
                    try skipBlockComment(from: place)
                } else {
                    throw ConfigurationError(place, "a comment begins with //, # or /*")
                }
            default: return
            }
        }
    }

    private mutating func skipBlockComment(from place: SourcePlace) throws(ConfigurationError) {
        while let scalar = cursor.current {
            cursor.advance()
            if scalar == "*", cursor.skip("/") { return }
        }
        throw ConfigurationError(place, "the comment is not ended: add */")
    }

    private mutating func word() -> HCLToken.Kind {
        let name = cursor.take { Self.isLetter($0) || Self.isDigit($0) || $0 == "-" || $0 == "." }
        switch name {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default: return .identifier(name)
        }
    }

    private mutating func number() throws(ConfigurationError) -> String {
        let place = cursor.place
        var text = cursor.skip("-") ? "-" : ""
        var isGood: Bool
        if cursor.current == "0", cursor.following == "x" || cursor.following == "X" {
            cursor.advance()
            cursor.advance()
            let digits = cursor.take { $0.properties.isASCIIHexDigit }
            text += "0x" + digits
            isGood = !digits.isEmpty
        } else {
            let whole = cursor.take(while: Self.isDecimal)
            text += whole
            isGood = !whole.isEmpty
            var isWhole = true
            if cursor.skip(".") {
                let fraction = cursor.take(while: Self.isDecimal)
                text += "." + fraction
                isGood = !fraction.isEmpty
                isWhole = false
            }
            if isGood, cursor.skip("e") || cursor.skip("E") {
                text += "e"
                if cursor.skip("-") { text += "-" } else if cursor.skip("+") { text += "+" }
                let exponent = cursor.take(while: Self.isDecimal)
                text += exponent
                isGood = !exponent.isEmpty
                isWhole = false
            }
            if isWhole, whole.hasPrefix("0"), whole.contains(where: { $0 == "8" || $0 == "9" }) {
                throw ConfigurationError(place, "\(text) is no octal number, as the 0 before it says: take the 0 away")
            }
        }
        if let scalar = cursor.current, Self.isLetter(scalar) || Self.isDigit(scalar) || scalar == "." {
            text.unicodeScalars.append(scalar)
            isGood = false
        }
        guard isGood else {
            throw ConfigurationError(place, "\(text) begins no number: texts stand in double quotes, such as \"5s\"")
        }
        return text
    }

    static func isDecimal(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

    static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        isDecimal(scalar) || !scalar.isASCII && scalar.properties.generalCategory == .decimalNumber
    }

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return true
        default: return false
        }
    }
}
