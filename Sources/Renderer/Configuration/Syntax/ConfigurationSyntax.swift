/// The languages that a configuration may be written in.
enum ConfigurationSyntax: Sendable, Equatable {
    case hcl
    case json
    case yaml

    /// The language of a file called `name`: by `.json`, `.yaml` and `.yml`; else JSON if `text` begins with `{`, and HCL.
    init(name: String, text: String) {
        let lowercased = name.lowercased()
        if lowercased.hasSuffix(".json") {
            self = .json
        } else if lowercased.hasSuffix(".yaml") || lowercased.hasSuffix(".yml") {
            self = .yaml
        } else {
            self = text.unicodeScalars.first { !$0.properties.isWhitespace } == "{" ? .json : .hcl
        }
    }

    /// The object that `octets` hold.
    ///
    /// - Parameter source: the file's name, which decides the language, or the name of what else holds the text.
    static func parse(_ octets: [UInt8], source: String) throws(ConfigurationError) -> ConfigurationNode {
        guard octets.count <= ConfigurationLimits.fileOctets else {
            throw ConfigurationError(
                SourcePlace(source: source), "too large: at most \(ConfigurationLimits.fileOctets) octets are read")
        }
        guard var text = String(validating: octets, as: UTF8.self) else {
            throw ConfigurationError(badPlace(in: octets, source: source), "not UTF-8")
        }
        // Editors of another system put a byte order mark there.
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        switch ConfigurationSyntax(name: source, text: text) {
        case .hcl: return try HCLParser.parse(text, source: source)
        case .json: return try JSONReader.parse(text, source: source)
        case .yaml: return try YAMLReader.parse(text, source: source)
        }
    }

    /// The place of the first octet that is no UTF-8.
    private static func badPlace(in octets: [UInt8], source: String) -> SourcePlace {
        var line = 1
        var column = 1
        var decoder = UTF8()
        var iterator = octets.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            line += scalar == "\n" ? 1 : 0
            column = scalar == "\n" ? 1 : column + 1
        }
        return SourcePlace(source: source, line: line, column: column)
    }
}
