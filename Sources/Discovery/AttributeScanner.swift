/// Splits an endpoint's value into its words: `10.0.0.5:80 weight=5 note="two words" backup`.
///
/// A word ends at a blank; after `name=` the value may stand in double quotes, in which blanks are kept and a backslash
/// takes the next character as it is.
struct AttributeScanner {
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) {
        rest = Substring(text).unicodeScalars
    }

    /// The next word up to a blank, nil at the end: the address.
    mutating func nextWord() -> String? {
        skipBlanks()
        guard !rest.isEmpty else { return nil }
        let word = rest.prefix { !Self.isBlank($0) }
        rest = rest[word.endIndex...]
        return String(word)
    }

    /// The next attribute, its name in lower case, nil at the end; a bare name has no value.
    mutating func nextAttribute() throws(Malformed) -> (name: String, value: String?)? {
        guard let (name, value) = try nextWordedAttribute() else { return nil }
        return (name.lowercased(), value)
    }

    /// The next attribute, its name as it stands there.
    mutating func nextWordedAttribute() throws(Malformed) -> (name: String, value: String?)? {
        skipBlanks()
        guard !rest.isEmpty else { return nil }
        let name = rest.prefix { !Self.isBlank($0) && $0 != "=" }
        guard !name.isEmpty, name.allSatisfy(Self.isNameScalar) else {
            throw Malformed(
                "\"\(String(name))\" is no attribute's name: attributes are NAME=VALUE with letters, digits, '.', '_' "
                    + "and '-' in the name, and a value with blanks stands in double quotes")
        }
        rest = rest[name.endIndex...]
        guard rest.first == "=" else { return (String(name), nil) }
        rest.removeFirst()
        return (String(name), try value(of: String(name)))
    }

    private mutating func value(of name: String) throws(Malformed) -> String {
        guard rest.first == "\"" else {
            let word = rest.prefix { !Self.isBlank($0) }
            rest = rest[word.endIndex...]
            return String(word)
        }
        rest.removeFirst()
        var value = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\\":
                guard let escaped = rest.popFirst() else { break }
                value.append(escaped)
            case "\"":
                guard rest.first.map(Self.isBlank) ?? true else {
                    throw Malformed("something follows the closing quote of \(name): there must be a blank")
                }
                return String(value)
            default:
                value.append(scalar)
            }
        }
        throw Malformed("the quote of \(name) is not closed: add a \" at its end")
    }

    private mutating func skipBlanks() {
        rest = rest.drop(while: Self.isBlank)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
        default: false
        }
    }
}
