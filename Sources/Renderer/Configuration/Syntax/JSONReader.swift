/// Reads JSON (RFC 8259) as HCL does: the outermost value is an object, and a list of objects is a block repeated.
///
/// The tree keeps each number as it was written, and the order of keys.
struct JSONReader {
    private var cursor: SourceCursor
    private var values = 0

    /// The object that `text` holds.
    static func parse(_ text: String, source: String) throws(ConfigurationError) -> ConfigurationNode {
        var reader = JSONReader(cursor: SourceCursor(text, source: source))
        reader.skipBlank()
        guard reader.cursor.current == "{" else {
            throw ConfigurationError(reader.cursor.place, "a configuration in JSON is an object: { ... }")
        }
        let root = try reader.value(depth: 0)
        reader.skipBlank()
        guard reader.cursor.current == nil else {
            throw ConfigurationError(reader.cursor.place, "something follows the object: there is one in a file")
        }
        return root
    }

    private init(cursor: SourceCursor) {
        self.cursor = cursor
    }

    private mutating func skipBlank() {
        while let scalar = cursor.current, scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" {
            cursor.advance()
        }
    }

    private mutating func value(depth: Int) throws(ConfigurationError) -> ConfigurationNode {
        let place = cursor.place
        values += 1
        guard values <= ConfigurationLimits.values else {
            throw ConfigurationError(place, "too large: at most \(ConfigurationLimits.values) values are read")
        }
        guard depth <= ConfigurationLimits.depth else {
            throw ConfigurationError(place, "nested too deeply: at most \(ConfigurationLimits.depth) levels are read")
        }
        switch cursor.current {
        case "{": return ConfigurationNode(.object(try fields(depth: depth)), at: place)
        case "[": return ConfigurationNode(.list(try items(depth: depth)), at: place)
        case "\"": return ConfigurationNode(.text(try text()), at: place)
        case "-", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9":
            return ConfigurationNode(.number(try number()), at: place)
        default:
            switch cursor.take(while: HCLScanner.isLetter) {
            case "true": return ConfigurationNode(.boolean(true), at: place)
            case "false": return ConfigurationNode(.boolean(false), at: place)
            case "null": return ConfigurationNode(.null, at: place)
            case "": throw ConfigurationError(place, "a value is missing here")
            case let word: throw ConfigurationError(place, "\(word) is no value in JSON: texts stand in double quotes")
            }
        }
    }

    private mutating func fields(depth: Int) throws(ConfigurationError) -> [ConfigurationField] {
        let place = cursor.place
        var fields: [ConfigurationField] = []
        cursor.advance()
        skipBlank()
        if cursor.skip("}") { return fields }
        while true {
            let keyPlace = cursor.place
            guard cursor.current == "\"" else {
                throw cursor.current == nil
                    ? ConfigurationError(place, "the { is not closed: add }")
                    : ConfigurationError(keyPlace, "a key in double quotes is missing here")
            }
            let name = try text()
            skipBlank()
            guard cursor.skip(":") else { throw ConfigurationError(cursor.place, "a : is missing after \"\(name)\"") }
            skipBlank()
            fields.append(ConfigurationField(name: name, place: keyPlace, value: try value(depth: depth + 1)))
            skipBlank()
            if cursor.skip("}") { return fields }
            guard cursor.skip(",") else {
                throw cursor.current == nil
                    ? ConfigurationError(place, "the { is not closed: add }")
                    : ConfigurationError(cursor.place, "a comma or } is missing here")
            }
            skipBlank()
        }
    }

    private mutating func items(depth: Int) throws(ConfigurationError) -> [ConfigurationNode] {
        let place = cursor.place
        var items: [ConfigurationNode] = []
        cursor.advance()
        skipBlank()
        if cursor.skip("]") { return items }
        while true {
            items.append(try value(depth: depth + 1))
            skipBlank()
            if cursor.skip("]") { return items }
            guard cursor.skip(",") else {
                throw cursor.current == nil
                    ? ConfigurationError(place, "the [ is not closed: add ]")
                    : ConfigurationError(cursor.place, "a comma or ] is missing here")
            }
            skipBlank()
        }
    }

    private mutating func number() throws(ConfigurationError) -> String {
        let place = cursor.place
        let text = cursor.take { HCLScanner.isDecimal($0) || "+-.eE".unicodeScalars.contains($0) }
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let whole = digits.prefix { $0.isNumber }
        let isGood =
            !whole.isEmpty && (whole == "0" || !whole.hasPrefix("0")) && Double(text) != nil && text.last != "."
            && !text.contains(".e") && !text.contains(".E")
        guard isGood else { throw ConfigurationError(place, "\(text) is no number in JSON") }
        return text
    }

    private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
        "b": "\u{08}", "f": "\u{0C}", "n": "\n", "r": "\r", "t": "\t", "\\": "\\", "\"": "\"", "/": "/",
    ]

    private mutating func text() throws(ConfigurationError) -> String {
        let place = cursor.place
        var text = String.UnicodeScalarView()
        cursor.advance()
        while let scalar = cursor.current {
            let start = cursor.place
            cursor.advance()
            switch scalar {
            case "\"": return String(text)
            case "\\": text.append(try escape(from: start))
            case _ where scalar.value < 0x20:
                throw ConfigurationError(start, "a line end or control character in a text: write it as \\n or \\u000a")
            default: text.append(scalar)
            }
        }
        throw ConfigurationError(place, "the text is not ended: add \"")
    }

    private mutating func escape(from place: SourcePlace) throws(ConfigurationError) -> Unicode.Scalar {
        guard let scalar = cursor.current else { throw ConfigurationError(place, "the text ends in a backslash") }
        cursor.advance()
        if let meant = Self.escapes[scalar] { return meant }
        guard scalar == "u" else { throw ConfigurationError(place, "\\\(scalar) is no escape in JSON") }
        let first = try hexadecimal(from: place)
        if let meant = Unicode.Scalar(first) { return meant }
        // A high surrogate is followed by a low one.
        guard first < 0xDC00, cursor.skip("\\"), cursor.skip("u") else {
            throw ConfigurationError(
                place, "\\u\(String(first, radix: 16)) is half of a pair: the other half is missing")
        }
        let second = try hexadecimal(from: place)
        guard (0xDC00...0xDFFF).contains(second),
            let meant = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else {
            throw ConfigurationError(place, "\\u\(String(second, radix: 16)) is not the other half of a pair")
        }
        return meant
    }

    private mutating func hexadecimal(from place: SourcePlace) throws(ConfigurationError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let scalar = cursor.current, scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw ConfigurationError(place, "\\u needs four hexadecimal digits")
            }
            cursor.advance()
            value = value << 4 + UInt32(digit)
        }
        return value
    }
}
